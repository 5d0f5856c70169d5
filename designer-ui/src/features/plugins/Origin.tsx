import { Badge } from '@/ui/Badge'
import { CopyButton } from '@/ui/CopyButton'

/** Where a plugin comes from, and the fingerprint by which one can tell that it is the file its author published. */
export function Origin({ isBundled, sha256 }: { isBundled: boolean; sha256: string }) {
  return (
    <section>
      <h3 className="mb-1 text-xs font-medium text-muted">Origin</h3>
      {isBundled ? (
        <p>
          <Badge tone="success">Comes with Weft</Badge>
        </p>
      ) : (
        <p className="flex flex-wrap items-center gap-2">
          <Badge tone="warning">Unsigned</Badge>
          <span className="text-muted">Nothing vouches for who made it. Compare the SHA-256 of the file with what its author published.</span>
        </p>
      )}
      <p className="mt-1 flex items-center gap-1">
        <code className="min-w-0 font-mono text-xs break-all">{sha256}</code>
        <CopyButton text={sha256} label="Copy the fingerprint" />
      </p>
    </section>
  )
}
