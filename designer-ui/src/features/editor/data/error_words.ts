/** `host_not_allowed` as the heading "Host not allowed". */
export function humaniseCode(code: string): string {
  const words = code.replaceAll('_', ' ').trim()
  return words === '' ? 'Error' : words.charAt(0).toUpperCase() + words.slice(1)
}
