/** Leads to the field a problem is about. */

/** The form marks invalid controls; the one nearest to the pointer's field gets the focus. */
export function focusTarget(panel: HTMLElement, pointer: string): void {
  const field = pointer.split('/').slice(4, 5)[0]
  requestAnimationFrame(() => {
    const named = field === undefined ? null : panel.querySelector<HTMLElement>(`[data-field="${CSS.escape(field)}"]`)
    const within = named ?? panel.querySelector<HTMLElement>('[data-settings]')
    const control =
      within?.querySelector<HTMLElement>('[aria-invalid=true]') ??
      within?.querySelector<HTMLElement>('input, textarea, select, [contenteditable=true]')
    control?.scrollIntoView({ block: 'center' })
    control?.focus({ preventScroll: true })
  })
}
