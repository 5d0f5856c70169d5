import { create } from 'zustand'

export type ToastTone = 'neutral' | 'success' | 'warning' | 'danger'

export interface Toast {
  title: string
  detail?: string
  tone?: ToastTone
  action?: { label: string; onClick: () => void }
}

export interface ShownToast extends Toast {
  id: number
}

interface Toasts {
  shown: ShownToast[]
}

/** More would cover the page. */
const MOST = 4

let lastId = 0

export const useToasts = create<Toasts>(() => ({ shown: [] }))

/** Tells people of something that happened; gone by itself after a while. */
export function toast(message: Toast): void {
  lastId += 1
  const id = lastId
  useToasts.setState(({ shown }) => ({ shown: [...shown, { ...message, id }].slice(-MOST) }))
}

export function dismissToast(id: number): void {
  useToasts.setState(({ shown }) => ({ shown: shown.filter((each) => each.id !== id) }))
}
