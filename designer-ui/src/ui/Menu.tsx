import type { ReactNode } from 'react'
import { Check } from 'lucide-react'
import { ContextMenu as ContextPrimitive, DropdownMenu as Primitive } from 'radix-ui'

import { classNames } from '@/ui/class_names'
import { Kbd } from '@/ui/Kbd'

const CONTENT =
  'animate-appear z-50 min-w-44 rounded-lg border border-line bg-raised p-1 shadow-high focus:outline-none max-h-[min(var(--radix-popper-available-height),480px)] overflow-y-auto'

const ITEM =
  'relative flex h-8 cursor-default select-none items-center gap-2 rounded-md px-2 outline-none [&>svg]:size-4 [&>svg]:shrink-0 data-[disabled]:text-faint data-[disabled]:opacity-70'

const PLAIN = 'text-ink data-[highlighted]:bg-hover [&>svg]:text-muted'
const DANGER = 'text-danger-ink data-[highlighted]:bg-danger-soft'

export interface MenuProps {
  /** One button that takes a ref. */
  trigger: ReactNode
  children: ReactNode
  align?: 'start' | 'center' | 'end'
  side?: 'top' | 'right' | 'bottom' | 'left'
  label?: string
}

/** A menu behind a button. It is not modal: a modal one adds a `<style>` to the page, which the policy forbids. */
export function Menu({ trigger, children, align = 'end', side = 'bottom', label }: MenuProps) {
  return (
    <Primitive.Root modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content align={align} side={side} sideOffset={4} collisionPadding={8} className={CONTENT} aria-label={label}>
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

export interface MenuItemProps {
  children: ReactNode
  icon?: ReactNode
  keys?: string[]
  danger?: boolean
  disabled?: boolean
  onSelect?: (event: Event) => void
  /** Gives the look to the only child, such as a link. */
  asChild?: boolean
}

export function MenuItem({ children, icon, keys, danger = false, disabled = false, onSelect, asChild = false }: MenuItemProps) {
  const className = classNames(ITEM, danger ? DANGER : PLAIN)
  if (asChild) {
    return (
      <Primitive.Item asChild className={className} disabled={disabled} {...(onSelect && { onSelect })}>
        {children}
      </Primitive.Item>
    )
  }
  return (
    <Primitive.Item className={className} disabled={disabled} {...(onSelect && { onSelect })}>
      {icon}
      <span className="flex-1">{children}</span>
      {keys && <Kbd keys={keys} />}
    </Primitive.Item>
  )
}

export interface MenuChoiceProps {
  value: string
  onChange: (value: string) => void
  options: { value: string; label: string; icon?: ReactNode }[]
}

/** A group of which one is chosen. */
export function MenuChoice({ value, onChange, options }: MenuChoiceProps) {
  return (
    <Primitive.RadioGroup value={value} onValueChange={onChange}>
      {options.map((option) => (
        <Primitive.RadioItem key={option.value} value={option.value} className={classNames(ITEM, PLAIN)}>
          {option.icon}
          <span className="flex-1">{option.label}</span>
          <Primitive.ItemIndicator>
            <Check aria-hidden className="size-4 text-accent-ink" />
          </Primitive.ItemIndicator>
        </Primitive.RadioItem>
      ))}
    </Primitive.RadioGroup>
  )
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Primitive.Label className="px-2 pt-1.5 pb-1 text-xs font-medium text-muted">{children}</Primitive.Label>
}

export function MenuSeparator() {
  return <Primitive.Separator className="-mx-1 my-1 h-px bg-line" />
}

export interface ContextMenuProps {
  /** What is right-clicked: one element that takes a ref. */
  target: ReactNode
  children: ReactNode
}

/** A menu at the pointer, holding `ContextMenuItem`s. */
export function ContextMenu({ target, children }: ContextMenuProps) {
  return (
    <ContextPrimitive.Root modal={false}>
      <ContextPrimitive.Trigger asChild>{target}</ContextPrimitive.Trigger>
      <ContextPrimitive.Portal>
        <ContextPrimitive.Content collisionPadding={8} className={CONTENT}>
          {children}
        </ContextPrimitive.Content>
      </ContextPrimitive.Portal>
    </ContextPrimitive.Root>
  )
}

export function ContextMenuItem({ children, icon, keys, danger = false, disabled = false, onSelect }: Omit<MenuItemProps, 'asChild'>) {
  return (
    <ContextPrimitive.Item className={classNames(ITEM, danger ? DANGER : PLAIN)} disabled={disabled} {...(onSelect && { onSelect })}>
      {icon}
      <span className="flex-1">{children}</span>
      {keys && <Kbd keys={keys} />}
    </ContextPrimitive.Item>
  )
}

export function ContextMenuSeparator() {
  return <ContextPrimitive.Separator className="-mx-1 my-1 h-px bg-line" />
}
