import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useId, useState } from 'react'
import { Rocket } from 'lucide-react'

import { asProblem } from '@/api/problem'
import type { Problem } from '@/api/types'
import { publishWorkflow, workflowsKey } from '@/api/workflows'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { ProblemCard } from '@/ui/ProblemCard'
import { toast } from '@/ui/toast'

import { nodesOf } from '../model/open_document'
import { useActions, useEditor, useEditorStore } from '../store/context'
import { useSession } from '../store/session'
import { ProblemList } from './ProblemsPanel'

/** Makes the draft the version that runs; or says what keeps it from that, each with a way to the field. */
export function PublishDialog() {
  const isOpen = useEditor((state) => state.floating?.kind === 'publish')
  return isOpen ? <Publish /> : null
}

function Publish() {
  const form = useId()
  const store = useEditorStore()
  const actions = useActions()
  const { autosave, check } = useSession()
  // A path that was taken when this was last tried may be free by now.
  useEffect(() => check.again(), [check])
  const queryClient = useQueryClient()
  const [note, setNote] = useState('')
  const problems = useEditor((state) => state.problems)
  const saving = useEditor((state) => state.saving)
  const errors = problems.filter((problem) => problem.severity === 'error')
  const warnings = problems.filter((problem) => problem.severity === 'warning')
  const close = () => actions.set({ floating: null })

  const publish = useMutation({
    mutationFn: async () => {
      if (!(await autosave.flush())) throw saving.kind === 'failed' ? saving.problem : new Error('The draft could not be saved.')
      return publishWorkflow(store.getState().workflowId, note.trim() === '' ? undefined : note.trim())
    },
    onSuccess: ({ revision, problems: found }) => {
      actions.set({ publishedRevision: revision, floating: null })
      void queryClient.invalidateQueries({ queryKey: [...workflowsKey, store.getState().workflowId, 'revisions'] })
      void queryClient.invalidateQueries({ queryKey: [...workflowsKey, 'list'] })
      toast({ tone: 'success', title: `Published as revision ${revision}`, detail: whatStartsIt(store.getState()) })
      // What only the server knows, such as a called workflow that is not published.
      const isNews = ({ code, pointer }: Problem) => !problems.some((known) => known.code === code && known.pointer === pointer)
      found.filter(isNews).forEach(({ message }) => toast({ tone: 'warning', title: 'Published, but see to this', detail: message }))
    },
    onError: (error) => {
      const { problems: found } = asProblem(error)
      if (found.length > 0) actions.set({ problems: found })
    },
  })

  // What only the server can know, such as a path that is taken, may have been mended elsewhere.
  const refused = publish.error !== null
  if (errors.length > 0) {
    return (
      <Dialog
        open
        onOpenChange={close}
        title={errors.length === 1 ? 'One thing to mend first' : `${errors.length} things to mend first`}
        description="Choose a line to go to the step and field."
        size="lg"
        footer={
          <>
            <Button onClick={close}>Close</Button>
            {refused && (
              <Button busy={publish.isPending} onClick={() => publish.mutate()}>
                Try again
              </Button>
            )}
          </>
        }
      >
        <ProblemList problems={errors} />
      </Dialog>
    )
  }
  return (
    <Dialog
      open
      onOpenChange={close}
      title="Publish"
      description="The draft becomes the version that webhooks, schedules and the API run."
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" icon={<Rocket />} busy={publish.isPending}>
            Publish
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          publish.mutate()
        }}
      >
        <Field label="What changed?" optional hint="Shown in the list of revisions.">
          <Input autoFocus value={note} maxLength={500} onChange={(event) => setNote(event.target.value)} />
        </Field>
        {warnings.length > 0 && (
          <div>
            <p className="mb-1 text-xs font-medium text-warning-ink">Worth a look, but no obstacle</p>
            <ProblemList problems={warnings} />
          </div>
        )}
        {publish.error && <ProblemCard problem={asProblem(publish.error)} />}
      </form>
    </Dialog>
  )
}

function whatStartsIt({ doc, types }: ReturnType<ReturnType<typeof useEditorStore>['getState']>): string {
  const triggers = nodesOf(doc).filter((node) => types[node.type]?.role === 'trigger')
  const hook = triggers.find((node) => node.type === 'webhook')?.params?.path
  if (typeof hook === 'string') return `It answers at ${window.location.origin}/hooks/${hook}`
  const ofPlugin = triggers.find((node) => node.type.includes('/') && node.disabled !== true)
  if (ofPlugin !== undefined) return `“${types[ofPlugin.type]?.title ?? ofPlugin.type}” starts it from now on.`
  return triggers.some((node) => node.type === 'schedule') ? 'Its schedule starts it from now on.' : 'It can be run by hand and by the API.'
}
