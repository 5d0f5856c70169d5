import { Link } from '@tanstack/react-router'
import { MapPinOff } from 'lucide-react'

import { Button } from '@/ui/Button'
import { useDocumentTitle } from '@/ui/document_title'
import { EmptyState } from '@/ui/EmptyState'

export function NotFoundPage() {
  useDocumentTitle('Page not found')
  return (
    <div className="flex flex-1 flex-col justify-center">
      <h1 tabIndex={-1} className="sr-only">
        Page not found
      </h1>
      <EmptyState
        icon={<MapPinOff />}
        title="There is nothing at this address"
        action={
          <Button variant="primary" asChild>
            <Link to="/">Go to workflows</Link>
          </Button>
        }
      >
        The link may be old, or what it led to has been deleted.
      </EmptyState>
    </div>
  )
}
