import { slug } from '../model/ids'

/** Hands a value to the browser as a file. */
export function downloadJson(value: unknown, name: string): void {
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${slug(name) || 'workflow'}.json`
  link.click()
  URL.revokeObjectURL(url)
}
