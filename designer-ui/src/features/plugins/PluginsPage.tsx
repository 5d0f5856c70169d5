import { useRef } from 'react'
import { useQuery } from '@tanstack/react-query'
import { Puzzle, Upload } from 'lucide-react'

import { asProblem } from '@/api/problem'
import { pluginsQuery } from '@/api/plugins'
import { DropArea } from '@/features/plugins/DropArea'
import { GrantDialog } from '@/features/plugins/GrantDialog'
import { PluginCard } from '@/features/plugins/PluginCard'
import { useUpload } from '@/features/plugins/upload'
import { UploadDialog } from '@/features/plugins/UploadDialog'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { useDocumentTitle } from '@/ui/document_title'
import { EmptyState } from '@/ui/EmptyState'
import { PageBody, TopBar } from '@/ui/Page'
import { ProblemCard } from '@/ui/ProblemCard'
import { Skeleton } from '@/ui/Skeleton'

export function PluginsPage() {
  useDocumentTitle('Plugins')
  const plugins = useQuery(pluginsQuery)
  const input = useRef<HTMLInputElement>(null)
  const { state, start, close } = useUpload()
  const choose = () => input.current?.click()
  const inUse =
    state.step === 'review'
      ? plugins.data?.items
          .find(({ id }) => id === state.uploaded.id)
          ?.versions.find((version) => version.state === 'enabled' && version.version !== state.uploaded.version)
      : undefined
  return (
    <DropArea onFile={(file) => void start(file)}>
      <TopBar title="Plugins">
        <Button variant="primary" icon={<Upload />} onClick={choose}>
          Upload plugin
        </Button>
      </TopBar>
      <input
        ref={input}
        type="file"
        accept=".wasm,application/wasm"
        aria-label="Plugin file"
        tabIndex={-1}
        className="hidden"
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file) void start(file)
        }}
      />
      <PageBody className="max-w-5xl">
        <p className="text-muted">
          Plugins add actions and triggers to the palette. Each runs in a sandbox and gets only what it is granted. Upload a component with the button or
          drop it here.
        </p>
        {plugins.isPending && <PluginsSkeleton />}
        {plugins.error && (
          <ProblemCard problem={asProblem(plugins.error)} action={<Button onClick={() => void plugins.refetch()}>Try again</Button>} />
        )}
        {plugins.data?.items.length === 0 && (
          <Card>
            <EmptyState
              icon={<Puzzle />}
              title="No plugins yet"
              action={
                <Button variant="primary" icon={<Upload />} onClick={choose}>
                  Upload plugin
                </Button>
              }
            >
              A plugin is a WebAssembly component, a single .wasm file. You see what it asks for before it may do anything.
            </EmptyState>
          </Card>
        )}
        {plugins.data?.items.map((plugin) => (
          <PluginCard key={plugin.id} plugin={plugin} />
        ))}
      </PageBody>
      {(state.step === 'sending' || state.step === 'refused') && (
        <UploadDialog
          state={state}
          onClose={close}
          onChooseOther={() => {
            close()
            choose()
          }}
        />
      )}
      {state.step === 'review' && <GrantDialog candidate={state.uploaded} inUse={inUse?.manifest} onClose={close} />}
    </DropArea>
  )
}

function PluginsSkeleton() {
  return (
    <div role="status" aria-label="Loading plugins" className="flex flex-col gap-4">
      {[1, 2, 3].map((place) => (
        <Card key={place} className="flex items-center gap-3 p-4">
          <Skeleton className="size-9 rounded-lg" />
          <div className="flex flex-col gap-2">
            <Skeleton className="w-32" />
            <Skeleton className="w-64" />
          </div>
        </Card>
      ))}
    </div>
  )
}
