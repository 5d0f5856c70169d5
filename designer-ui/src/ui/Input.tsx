import type { ComponentProps, ReactNode } from 'react'
import { ChevronDown, Search, X } from 'lucide-react'

import { classNames } from '@/ui/class_names'
import { useFieldControl } from '@/ui/Field'

export const CONTROL =
  'w-full rounded-md border border-line-strong/55 bg-surface px-2.5 text-sm text-ink shadow-low transition-colors enabled:hover:border-line-strong focus:border-focus focus:outline-2 focus:-outline-offset-1 focus:outline-focus disabled:bg-sunken disabled:text-muted aria-invalid:border-danger-ink'

export function Input({ className, type = 'text', ...rest }: ComponentProps<'input'>) {
  return <input type={type} className={classNames(CONTROL, 'h-8', className)} {...useFieldControl()} {...rest} />
}

export function Textarea({ className, rows = 4, ...rest }: ComponentProps<'textarea'>) {
  return <textarea rows={rows} className={classNames(CONTROL, 'resize-y py-1.5', className)} {...useFieldControl()} {...rest} />
}

export interface SelectProps extends Omit<ComponentProps<'select'>, 'onChange'> {
  options: { value: string; label: string; disabled?: boolean }[]
  onChange: (value: string) => void
}

/** The platform's own list: it works by keyboard, on phones and without styles added to the page. */
export function Select({ options, onChange, className, ...rest }: SelectProps) {
  return (
    <div className={classNames('relative', className)}>
      <select
        className={classNames(CONTROL, 'h-8 appearance-none truncate pr-8')}
        onChange={(event) => onChange(event.target.value)}
        {...useFieldControl()}
        {...rest}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute top-2 right-2 size-4 text-muted" />
    </div>
  )
}

export interface SearchInputProps extends Omit<ComponentProps<'input'>, 'onChange' | 'value' | 'type'> {
  label: string
  value: string
  onChange: (value: string) => void
  end?: ReactNode
}

export function SearchInput({ label, value, onChange, className, end, ...rest }: SearchInputProps) {
  return (
    <div className={classNames('relative', className)}>
      <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-muted" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={classNames(CONTROL, 'h-8 pr-8 pl-8 [&::-webkit-search-cancel-button]:hidden')}
        {...rest}
      />
      {value === '' ? (
        <span className="absolute top-1.5 right-2">{end}</span>
      ) : (
        <button
          type="button"
          aria-label="Clear search"
          onClick={() => onChange('')}
          className="absolute top-1 right-1 inline-flex size-6 items-center justify-center rounded-sm text-muted hover:bg-hover hover:text-ink"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </div>
  )
}
