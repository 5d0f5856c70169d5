import type { ReactNode } from 'react'
import { Tabs as Primitive } from 'radix-ui'

import { classNames } from '@/ui/class_names'

export interface Tab {
  id: string
  label: ReactNode
  content: ReactNode
}

export interface TabsProps {
  tabs: Tab[]
  /** What the tabs are about, for people who cannot see them. */
  label: string
  value?: string
  onChange?: (id: string) => void
  /** Shown at the end of the row of tabs. */
  actions?: ReactNode
  className?: string
  contentClassName?: string
}

export function Tabs({ tabs, label, value, onChange, actions, className, contentClassName }: TabsProps) {
  return (
    <Primitive.Root
      {...(value === undefined ? { defaultValue: tabs[0]?.id ?? '' } : { value })}
      {...(onChange && { onValueChange: onChange })}
      className={classNames('flex min-h-0 flex-col', className)}
    >
      <div className="flex shrink-0 items-center gap-2 border-b border-line px-3">
        <Primitive.List aria-label={label} className="-mb-px flex gap-1 overflow-x-auto">
          {tabs.map((tab) => (
            <Primitive.Trigger
              key={tab.id}
              value={tab.id}
              className="inline-flex h-9 items-center gap-1.5 border-b-2 border-transparent px-2 font-medium whitespace-nowrap text-muted -outline-offset-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
            >
              {tab.label}
            </Primitive.Trigger>
          ))}
        </Primitive.List>
        {actions !== undefined && <div className="ml-auto flex items-center gap-1">{actions}</div>}
      </div>
      {tabs.map((tab) => (
        <Primitive.Content
          key={tab.id}
          value={tab.id}
          className={classNames('min-h-0 flex-1 overflow-auto -outline-offset-2 data-[state=inactive]:hidden', contentClassName)}
        >
          {tab.content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  )
}
