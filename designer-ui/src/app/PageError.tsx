import type { ErrorComponentProps } from '@tanstack/react-router'
import { useRouter } from '@tanstack/react-router'
import { RotateCw } from 'lucide-react'

import { asProblem } from '@/api/problem'
import { Button } from '@/ui/Button'
import { ProblemCard } from '@/ui/ProblemCard'

/** Shown in the place of a page that failed; the navigation around it keeps working. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const tryAgain = () => {
    reset()
    void router.invalidate()
  }
  return (
    <div className="mx-auto w-full max-w-xl p-6 pt-16">
      <h1 tabIndex={-1} className="mb-4 text-lg font-semibold">
        This page could not be shown
      </h1>
      <ProblemCard
        problem={asProblem(error)}
        action={
          <>
            <Button icon={<RotateCw />} onClick={tryAgain}>
              Try again
            </Button>
            <Button variant="ghost" onClick={() => window.location.reload()}>
              Reload the page
            </Button>
          </>
        }
      />
    </div>
  )
}
