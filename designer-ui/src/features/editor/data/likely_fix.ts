import type { RunError } from '@/api/types'

/** What most often mends an error: first by its code, then by its kind. */
export function likelyFix({ code, kind }: Pick<RunError, 'code' | 'kind'>): string {
  return BY_CODE[code] ?? BY_KIND[kind]
}

const BY_CODE: Partial<Record<string, string>> = {
  host_not_allowed: 'The plugin may not reach this host. Grant it on the Plugins page, or use another address.',
  host_not_granted: 'The plugin may not reach this host. Grant it on the Plugins page, or use another address.',
  private_address: 'Addresses of private networks are refused. If this one is meant, list its range in WEFT_ALLOW_PRIVATE.',
  fuel_exhausted: 'The expression does too much. Work on fewer items, or move it into a Code step.',
  too_many_items: 'Split the list over several runs, or filter it first.',
}

const BY_KIND: Record<RunError['kind'], string> = {
  retryable: 'This may pass by itself. Turn on retries in the General tab of the step, or run again later.',
  permanent: 'Trying again will not help. Look at the message and the input, and change the settings of the step.',
  rate_limited: 'The service asks to slow down. Turn on retries with a longer first pause, or lower the parallel limit.',
  auth: 'The service refused the credential. Check that it is chosen, not expired, and allowed to do this.',
  invalid_input: 'A setting or the data that arrived does not fit. Compare the input of the step with the field named above.',
  cancelled: 'The run was cancelled; run it again if that was not meant.',
  timeout: 'It took too long. Raise the timeout in the General tab of the step, or ask the service for less at once.',
  expression: 'Open the field named above: its preview shows what the expression sees. Use `?.` or `??` where data may be missing.',
  limit: 'A limit was reached. The message names it and the setting that moves it.',
  plugin: 'The plugin failed by itself. Look at the logs of the step; another version of the plugin may mend it.',
}
