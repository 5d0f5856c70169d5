import { keepPreviousData, useQuery } from '@tanstack/react-query'

import { asProblem } from '@/api/problem'
import type { Asked } from '@/api/plugin_types'
import type { JsonSchema } from '@/api/types'
import { Button } from '@/ui/Button'
import { ProblemCard } from '@/ui/ProblemCard'
import { useSettled } from '@/ui/settled'
import { Skeleton } from '@/ui/Skeleton'

import { asked, useAsking } from '../asking'
import { fieldOf, fieldsOf } from '../fields'
import { FieldRow } from '../FieldRow'
import { within } from '../problems'
import { isValues, withField } from '../values'
import { isVisible } from '../visibility'
import type { WidgetProps } from '../widget_props'

const PAUSE_MS = 400
const KEPT_MS = 60_000

/** An object whose fields the plugin names, by what the other parameters are. */
export function DynamicObjectWidget(props: WidgetProps) {
  const { field, value, onChange, problems, path, context, scopes } = props
  const asking = useAsking()
  // As text, so that it is the same as long as it says the same.
  const about = useSettled(JSON.stringify(asked(asking.node, field.key)), PAUSE_MS)
  const answer = useQuery({
    queryKey: ['node-types', 'schema', about, field.key],
    queryFn: ({ signal }) => asking.schema({ ...(JSON.parse(about) as Asked), field: field.key }, signal),
    placeholderData: keepPreviousData,
    staleTime: KEPT_MS,
    refetchOnWindowFocus: false,
    retry: false,
  })
  if (answer.isPending) {
    return (
      <div role="status" aria-label={`Loading the fields of ${field.title}`} className="flex flex-col gap-2">
        <Skeleton className="w-24" />
        <Skeleton className="h-8 w-full" />
      </div>
    )
  }
  if (answer.isError) {
    return (
      <ProblemCard
        problem={asProblem(answer.error)}
        action={
          <Button size="sm" busy={answer.isFetching} onClick={() => void answer.refetch()}>
            Try again
          </Button>
        }
      />
    )
  }
  const schema = answered(answer.data)
  if (schema.properties === undefined) {
    const only = fieldOf(field.key, { ...schema, title: field.title }, field.required)
    return <FieldRow {...props} isBare field={{ ...only, takesExpression: false, perItem: field.perItem }} problems={problems.filter((each) => each.path.length > 0)} />
  }
  const values = isValues(value) ? value : {}
  const fields = fieldsOf(schema)
  const inner = [{ values, fields }, ...scopes]
  const visible = fields.filter((part) => isVisible(part, inner))
  if (visible.length === 0) return <p className="text-muted">There is nothing to fill in.</p>
  return (
    <div aria-busy={answer.isPlaceholderData} className="flex flex-col gap-3 border-l-2 border-line pl-3">
      {visible.map((part) => (
        <FieldRow
          key={part.key}
          field={{ ...part, takesExpression: part.takesExpression && field.takesExpression, perItem: part.perItem || field.perItem }}
          value={values[part.key]}
          onChange={(next, options) => {
            const changed = withField(values, part.key, next)
            onChange(Object.keys(changed).length === 0 ? undefined : changed, options)
          }}
          problems={within(problems, part.key)}
          path={`${path}/${part.key}`}
          context={context}
          scopes={inner}
        />
      ))}
    </div>
  )
}

/** What was answered, without what would ask for the same again and again. */
function answered(schema: JsonSchema): JsonSchema {
  if (schema.properties === undefined) return unasked(schema)
  const properties = Object.entries(schema.properties).map(([key, property]) => [key, unasked(property)] as const)
  return { ...schema, properties: Object.fromEntries(properties) }
}

function unasked(schema: JsonSchema): JsonSchema {
  const hints = { ...schema['x-ui'] }
  delete hints.schema
  return { ...schema, 'x-ui': hints }
}
