import { useId, useState } from 'react'
import { Play } from 'lucide-react'

import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { Select } from '@/ui/Input'
import { Kbd } from '@/ui/Kbd'

import { nameOf } from '../model/names'
import { nodesOf } from '../model/open_document'
import { useActions, useEditor } from '../store/context'
import { JsonTextField } from './JsonTextField'
import { parseInput, rememberedInput, rememberInput, sampleInput } from './last_input'
import { useStartRun } from './use_start_run'

/** Asks for the input of a run of the draft. */
export function RunDialog() {
  const floating = useEditor((state) => state.floating)
  return floating?.kind === 'run' ? <RunForm to={floating.to} /> : null
}

function RunForm({ to }: { to: string | undefined }) {
  const form = useId()
  const actions = useActions()
  const start = useStartRun()
  const workflowId = useEditor((state) => state.workflowId)
  const doc = useEditor((state) => state.doc)
  const types = useEditor((state) => state.types)
  const triggers = nodesOf(doc).filter((node) => types[node.type]?.role === 'trigger')
  const [trigger, setTrigger] = useState(triggers[0]?.id)
  const [text, setText] = useState(() => rememberedInput(workflowId) ?? sampleInput(triggers[0]))
  const [isStarting, setIsStarting] = useState(false)
  const input = parseInput(text)
  const target = to === undefined ? undefined : doc.nodes[to]
  const close = () => actions.set({ floating: null })

  const run = async () => {
    if (!input.ok || isStarting) return
    setIsStarting(true)
    rememberInput(workflowId, text)
    const isStarted = await start({ input: input.value, ...(trigger !== undefined && { trigger }), ...(to !== undefined && { to }) })
    setIsStarting(false)
    if (isStarted) close()
  }
  return (
    <Dialog
      open
      onOpenChange={close}
      title={target === undefined ? 'Run the draft' : `Run up to “${nameOf(target)}”`}
      description="The draft as it is now runs once with this input. What is published stays as it is."
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" icon={<Play />} busy={isStarting} disabled={!input.ok}>
            Run
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void run()
        }}
      >
        {triggers.length > 1 && (
          <Field label="Start at">
            <Select
              value={trigger}
              onChange={setTrigger}
              options={triggers.map((node) => ({ value: node.id, label: `${types[node.type]?.title ?? node.type}: ${nameOf(node)}` }))}
            />
          </Field>
        )}
        <JsonTextField
          label="Input"
          text={text}
          onText={setText}
          parsed={input}
          onSubmit={() => void run()}
          hint={
            <span className="flex items-center gap-1.5">
              JSON: what the trigger hands on. <Kbd keys={['Ctrl', 'Enter']} /> runs.
            </span>
          }
          action={
            <Button size="sm" variant="ghost" onClick={() => setText(sampleInput(triggers.find((node) => node.id === trigger)))}>
              Use a sample
            </Button>
          }
        />
      </form>
    </Dialog>
  )
}
