import type { ReactNode } from 'react'
import { X } from 'lucide-react'
import { Dialog as Primitive } from 'radix-ui'

import { classNames } from '@/ui/class_names'
import { IconButton } from '@/ui/IconButton'

export type DialogSize = 'sm' | 'md' | 'lg' | 'xl'

const WIDTHS: Record<DialogSize, string> = {
  sm: 'max-w-md',
  md: 'max-w-lg',
  lg: 'max-w-2xl',
  xl: 'max-w-5xl',
}

export interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  /** One or two sentences below the title. */
  description?: ReactNode
  children?: ReactNode
  /** Buttons, the main one last. */
  footer?: ReactNode
  size?: DialogSize
  /** Hides the title for eyes only, for dialogs that are one big control. */
  titleHidden?: boolean
  className?: string
}

/**
 * A modal dialog. The scrim is our own element: Radix's overlay adds a `<style>` to the page to lock scrolling, which
 * the content security policy forbids, and the page itself never scrolls.
 */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  size = 'md',
  titleHidden = false,
  className,
}: DialogProps) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <div className="animate-fade fixed inset-0 z-50 bg-scrim" aria-hidden />
        <div className="pointer-events-none fixed inset-0 z-50 flex items-start justify-center p-4 pt-[10vh] *:pointer-events-auto">
          <Primitive.Content
            {...(description === undefined && { 'aria-describedby': undefined })}
            onOpenAutoFocus={focusFirstField}
            className={classNames(
              'animate-appear relative flex max-h-[80vh] w-full flex-col overflow-hidden rounded-xl border border-line bg-raised shadow-high focus:outline-none',
              WIDTHS[size],
              className,
            )}
          >
            <div className={titleHidden ? 'sr-only' : 'px-5 pt-4 pr-14 pb-3'}>
              <Primitive.Title className="text-lg font-semibold">{title}</Primitive.Title>
              {description !== undefined && <Primitive.Description className="mt-1 text-muted">{description}</Primitive.Description>}
            </div>
            {children !== undefined && (
              <div className={classNames('min-h-0 flex-1 overflow-y-auto', !titleHidden && 'px-5 pb-5')}>{children}</div>
            )}
            {footer !== undefined && (
              <div className="flex items-center justify-end gap-2 border-t border-line bg-surface px-5 py-3">{footer}</div>
            )}
            {!titleHidden && (
              <Primitive.Close asChild>
                <IconButton label="Close" icon={<X />} size="sm" className="absolute top-4 right-4" />
              </Primitive.Close>
            )}
          </Primitive.Content>
        </div>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

/** The first field, or the dialog itself: a button under the focus would be pressed by whoever types ahead. */
function focusFirstField(event: Event): void {
  const dialog = event.currentTarget
  if (!(dialog instanceof HTMLElement)) return
  event.preventDefault()
  const field = dialog.querySelector<HTMLElement>('input:not([type=hidden], [type=file], :disabled), textarea, select, [contenteditable=true]')
  const target = field ?? dialog
  target.focus()
}
