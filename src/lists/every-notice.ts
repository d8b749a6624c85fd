// All open notices, page by page.
import type { Notice, NoticeStore } from '../store/notice-store.ts'

const PAGE = 200 // of some 2 KB, 20 at most

/** Last opened first. */
export async function* everyOpenNotice({
  page,
}: Pick<NoticeStore, 'page'>): AsyncGenerator<Notice> {
  for (let after: string | undefined; ; ) {
    const shown = await page({ limit: PAGE, open: true, ...(after !== undefined && { after }) })
    yield* shown.notices
    after = shown.next
    if (after === undefined) return
  }
}
