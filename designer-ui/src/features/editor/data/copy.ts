import { toast } from '@/ui/toast'

/** Copies and says so: the buttons that ask for it are gone with the pointer. */
export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    toast({ tone: 'success', title: `${what} copied` })
  } catch {
    toast({ tone: 'danger', title: 'Could not copy', detail: 'The browser did not allow access to the clipboard.' })
  }
}
