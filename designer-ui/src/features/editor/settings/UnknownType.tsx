import type { DocNode, Problem } from '@/api/types'

import { ProblemBox } from './ProblemLines'

/** A node whose type is not here: nothing can be set, and nothing is lost. */
export function UnknownType({ node, problems }: { node: DocNode; problems: readonly Problem[] }) {
  return (
    <div className="flex flex-col gap-4">
      <ProblemBox problems={problems} />
      <p className="text-muted">
        The node type <code className="font-mono text-ink">{node.type}</code> is not installed, so there is no form for it. Its settings are kept as
        they are. Install or enable the plugin it comes from, or replace the step.
      </p>
      {node.params && (
        // Scrollable regions must be reachable by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre tabIndex={0} aria-label="Settings as JSON" className="max-h-96 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs">
          {JSON.stringify(node.params, null, 2)}
        </pre>
      )}
    </div>
  )
}
