import { useQuery } from '@tanstack/react-query'
import { ArrowRight, Plus } from 'lucide-react'

import { examplesQuery } from '@/api/examples'
import { asProblem } from '@/api/problem'
import type { Example } from '@/api/types'
import { useCreate } from '@/features/workflows/actions'
import { ExampleSketch } from '@/features/workflows/ExampleSketch'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { ProblemCard } from '@/ui/ProblemCard'
import { Skeleton } from '@/ui/Skeleton'
import { toast } from '@/ui/toast'

/** What the workflows page shows while there is none: ways to begin. */
export function StartPage({ onCreate }: { onCreate: () => void }) {
  const examples = useQuery(examplesQuery)
  return (
    <div className="mx-auto w-full max-w-5xl py-6">
      <h2 className="text-2xl font-semibold tracking-tight">Draw your first workflow</h2>
      <p className="mt-1 max-w-2xl text-base text-muted">
        Begin with an example that runs as it is, and change it to what you need. Or start from an empty canvas.
      </p>
      {examples.error && <ProblemCard className="mt-6" problem={asProblem(examples.error)} />}
      <ul className="mt-6 grid grid-cols-[repeat(auto-fill,minmax(272px,1fr))] gap-4">
        <li>
          <button
            type="button"
            onClick={onCreate}
            className="flex h-full min-h-60 w-full flex-col items-center justify-center gap-1 rounded-lg border border-dashed border-line-strong/60 p-5 text-center transition-colors hover:border-accent hover:bg-accent-soft/50"
          >
            <span className="mb-2 inline-flex size-10 items-center justify-center rounded-xl bg-accent-soft text-accent-ink">
              <Plus aria-hidden className="size-5" />
            </span>
            <span className="text-base font-semibold">Start from scratch</span>
            <span className="text-muted">An empty canvas and every step at hand</span>
          </button>
        </li>
        {examples.isPending && [1, 2, 3, 4, 5].map((place) => <ExampleSkeleton key={place} />)}
        {examples.data?.items.map((example) => (
          <li key={example.id}>
            <ExampleCard example={example} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function ExampleCard({ example }: { example: Example }) {
  const create = useCreate()
  const use = () =>
    create.mutate(
      { name: example.name, document: example.document },
      { onError: (error) => toast({ tone: 'danger', title: 'Could not use the example', detail: asProblem(error).message }) },
    )
  return (
    <Card className="flex h-full min-h-60 flex-col overflow-hidden">
      <ExampleSketch document={example.document} />
      <div className="flex flex-1 flex-col p-4">
        <h3 className="text-base font-semibold">{example.name}</h3>
        <p className="mt-0.5 flex-1 text-muted">{example.summary}</p>
        <Button className="mt-3 self-start" icon={<ArrowRight />} busy={create.isPending} onClick={use} aria-label={`Use this example: ${example.name}`}>
          Use this example
        </Button>
      </div>
    </Card>
  )
}

function ExampleSkeleton() {
  return (
    <li>
      <Card className="flex h-full min-h-60 flex-col">
        <div className="h-28 border-b border-line bg-sunken" />
        <div className="flex flex-col gap-2 p-4">
          <Skeleton className="w-32" />
          <Skeleton className="w-full" />
          <Skeleton className="w-40" />
        </div>
      </Card>
    </li>
  )
}
