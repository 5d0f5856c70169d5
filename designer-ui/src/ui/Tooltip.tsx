import type { ReactNode } from 'react'
import { Tooltip as Primitive } from 'radix-ui'

import { Kbd } from '@/ui/Kbd'

export const TooltipProvider = Primitive.Provider

interface TooltipProps {
  content: ReactNode
  keys?: string[]
  side?: 'top' | 'right' | 'bottom' | 'left'
  /** One element that takes a ref: what the tooltip describes. */
  children: ReactNode
}

export function Tooltip({ content, keys, side = 'bottom', children }: TooltipProps) {
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild>{children}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="animate-fade z-60 flex max-w-72 items-center gap-2 rounded-md border border-line bg-raised px-2 py-1 text-xs text-ink shadow-high"
        >
          {content}
          {keys && <Kbd keys={keys} />}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
