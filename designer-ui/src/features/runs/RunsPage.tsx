import { useSearch } from '@tanstack/react-router'

import { RunsFilters } from '@/features/runs/RunsFilters'
import { RunsList } from '@/features/runs/RunsList'
import { useDocumentTitle } from '@/ui/document_title'
import { PageBody, TopBar } from '@/ui/Page'

export function RunsPage() {
  useDocumentTitle('Runs')
  const search = useSearch({ from: '/shell/runs' })
  return (
    <>
      <TopBar title="Runs" />
      <PageBody className="max-w-7xl">
        <RunsFilters search={search} />
        {/* Another filter starts with nothing chosen. */}
        <RunsList key={JSON.stringify(search)} search={search} />
      </PageBody>
    </>
  )
}
