// Waits for work only as long as there is time; the work itself goes on, for the next delivery to find its result.

export async function within<T>(deadlineMs: number, work: Promise<T>): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(resolve, deadlineMs, undefined)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
