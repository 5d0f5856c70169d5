import { CopyButton } from '@/ui/CopyButton'

/** An address that others call, to be copied. */
export function AddressBox({ label, url }: { label: string; url: string }) {
  return (
    <>
      <span className="text-xs font-medium">{label}</span>
      <span className="flex items-center gap-1 rounded-md border border-line bg-sunken pl-2">
        <code className="min-w-0 flex-1 truncate font-mono text-xs select-all">{url}</code>
        <CopyButton text={url} label={`Copy the ${label.charAt(0).toLowerCase()}${label.slice(1)}`} />
      </span>
    </>
  )
}
