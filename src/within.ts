// Waits for work only as long as there is time; the work itself goes on, for the next delivery to find its result.

export function within<T>(deadlineMs: number, work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, deadlineMs, undefined)
    work.then(
      (result) => {
        clearTimeout(timer)
        resolve(result)
      },
      (cause) => {
        clearTimeout(timer)
        reject(cause)
      },
    )
  })
}
