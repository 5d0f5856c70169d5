import type { Problem, ProblemDocument } from '@/api/types'

/** Codes of failures that never reached the server, or whose answer was not one of ours. */
const UNREACHABLE = 'server_unreachable'
const UNREADABLE = 'unreadable_answer'

/** What the API answers when it refuses, as an error to throw. */
export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly problems: Problem[]
  readonly field: string | undefined
  readonly document: ProblemDocument

  constructor(document: ProblemDocument) {
    super(document.detail === '' ? document.title : document.detail)
    this.name = 'ApiProblem'
    this.document = document
    this.status = document.status
    this.code = document.code
    this.title = document.title
    this.detail = document.detail
    this.problems = document.problems ?? []
    this.field = document.field
  }

  /** Where the code is explained: the document's `type`, when it is an address. */
  get docsUrl(): string | undefined {
    const { type = '' } = this.document
    return /^(https?:\/\/|\/(?!\/))/.test(type) ? type : undefined
  }

  static unreachable(): ApiProblem {
    return new ApiProblem({
      title: 'The server cannot be reached',
      status: 0,
      code: UNREACHABLE,
      detail: 'No answer came from the server. Check that it is running and that you are online, then try again.',
    })
  }
}

/** The problem an unsuccessful response describes; also for answers of a proxy that knows nothing of us. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => undefined)
  if (isProblemDocument(body)) return new ApiProblem({ ...body, title: body.title, detail: body.detail, status: response.status })
  return new ApiProblem({
    title: response.statusText === '' ? `Status ${response.status}` : response.statusText,
    status: response.status,
    code: UNREADABLE,
    detail: `The server answered with status ${response.status} and without saying why. Its log may tell more.`,
  })
}

/** Anything thrown, as a problem that can be shown. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  const detail = error instanceof Error ? error.message : String(error)
  return new ApiProblem({ title: 'Something went wrong in the page', status: 0, code: 'page_error', detail })
}

function isProblemDocument(body: unknown): body is ProblemDocument {
  if (typeof body !== 'object' || body === null) return false
  const document = body as Record<string, unknown>
  return typeof document.code === 'string' && typeof document.title === 'string' && typeof document.detail === 'string'
}
