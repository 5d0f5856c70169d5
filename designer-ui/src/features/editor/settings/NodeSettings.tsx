import { askOptions, askSchema } from '@/api/node_types'
import type { DocNode, Json, NodeType, Problem } from '@/api/types'
import { Badge } from '@/ui/Badge'
import { Tabs } from '@/ui/Tabs'

import type { ExpressionContext } from '../expression/context'
import type { NodeField } from '../model/document'
import { AskingContext } from './asking'
import type { ErrorPort } from './FailureFields'
import { CredentialField } from './CredentialField'
import { GeneralTab } from './GeneralTab'
import { HelpTab } from './HelpTab'
import { ParamsForm } from './ParamsForm'
import { locate } from './problems'
import { UnknownType } from './UnknownType'
import type { ChangeOptions } from './widget_props'

export interface NodeSettingsProps {
  node: DocNode
  /** Nothing for a type the server does not know, such as that of a removed plugin. */
  nodeType: NodeType | undefined
  problems: Problem[]
  context: ExpressionContext
  errorPort?: ErrorPort
  /** What the step made in the run that is shown. */
  output?: Json | undefined
  onChange: (params: Record<string, unknown>, options?: ChangeOptions) => void
  onNodeField: (field: NodeField, value: unknown) => void
}

/** Everything that can be set on one node: a form made from its type's schema, what every node has, and help. */
export function NodeSettings({ node, nodeType, problems, context, errorPort, output, onChange, onNodeField }: NodeSettingsProps) {
  const found = locate(problems, node.id)
  const change = (params: Record<string, unknown>, options?: ChangeOptions) => {
    onChange(params, options?.coalesce === undefined ? undefined : { coalesce: `${node.id}/params/${options.coalesce}` })
  }
  return (
    <Tabs
      label="Settings of the step"
      className="h-full"
      contentClassName="p-4"
      tabs={[
        {
          id: 'params',
          label: <TabLabel text="Settings" count={found.params.length + found.node.length + found.credential.length} />,
          content: nodeType ? (
            <>
              {nodeType.credential !== undefined && (
                <div className="mb-4">
                  <CredentialField
                    node={node}
                    nodeType={nodeType}
                    error={found.credential[0]?.message}
                    onChange={(credential) => onNodeField('credential', credential)}
                  />
                </div>
              )}
              <AskingContext value={{ node, options: askOptions, schema: askSchema }}>
                <ParamsForm
                  // Half-typed text and folds belong to one node.
                  key={node.id}
                  schema={nodeType.params}
                  params={node.params ?? {}}
                  problems={found.params}
                  nodeProblems={found.node}
                  context={context}
                  onChange={change}
                />
              </AskingContext>
            </>
          ) : (
            <UnknownType node={node} problems={problems} />
          ),
        },
        {
          id: 'general',
          label: <TabLabel text="General" count={found.general.length} />,
          content: (
            <GeneralTab
              key={node.id}
              node={node}
              nodeType={nodeType}
              problems={found.general}
              errorPort={errorPort}
              output={output}
              onNodeField={onNodeField}
            />
          ),
        },
        { id: 'help', label: 'Help', content: <HelpTab nodeType={nodeType} /> },
      ]}
    />
  )
}

function TabLabel({ text, count }: { text: string; count: number }) {
  return (
    <>
      {text}
      {count > 0 && (
        <Badge tone="danger">
          {count}
          <span className="sr-only">{count === 1 ? ' problem' : ' problems'}</span>
        </Badge>
      )}
    </>
  )
}
