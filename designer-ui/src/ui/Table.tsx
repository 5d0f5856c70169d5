import type { ComponentProps, ReactNode } from 'react'

import { classNames } from '@/ui/class_names'

/** A table in a card of its own; wide ones scroll inside it. */
export function Table({ label, children, className }: { label: string; children: ReactNode; className?: string }) {
  return (
    <div className={classNames('overflow-x-auto rounded-lg border border-line bg-surface shadow-low', className)}>
      <table aria-label={label} className="w-full border-collapse text-left">
        {children}
      </table>
    </div>
  )
}

export function TableHead({ children }: { children: ReactNode }) {
  return (
    <thead className="border-b border-line text-xs text-muted">
      <tr>{children}</tr>
    </thead>
  )
}

export function HeadCell({ className, ...rest }: ComponentProps<'th'>) {
  return <th scope="col" className={classNames('h-9 px-4 font-medium whitespace-nowrap', className)} {...rest} />
}

export function Row({ className, ...rest }: ComponentProps<'tr'>) {
  return <tr className={classNames('relative border-b border-line last:border-b-0 hover:bg-hover/60', className)} {...rest} />
}

export function Cell({ className, ...rest }: ComponentProps<'td'>) {
  return <td className={classNames('h-12 px-4', className)} {...rest} />
}
