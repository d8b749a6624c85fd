// What a server says of itself, read from whatever its software publishes.

export interface Description {
  /** Lower case, as NodeInfo has it. */
  readonly software?: string
  readonly version?: string
  /** By its own word; undefined where it does not say. */
  readonly activeUsers?: number
  readonly users?: number
  /** How strangers become its users. */
  readonly registration?: 'open' | 'approval' | 'invitation' | 'closed'
  readonly captcha?: boolean
  readonly emailNeeded?: boolean
  /** It names somebody, or a form, to turn to. */
  readonly contact?: boolean
  /** Most sign-ups of one of the last weeks, against the mean of the others, where it tells both. */
  readonly signUpSurge?: number
  readonly positiveList?: PositiveList
  /** Whether the place was read where its software tells of such a list: unread, the lack of one says nothing. */
  readonly tellsOfLists?: boolean
}

/** It federates with those alone whom it lists. */
export interface PositiveList {
  /** In words, with the field and its value: `configuration.limited_federation is true`. */
  readonly evidence: string
  /** Where that stands. */
  readonly url: string
}

export type DescriptionAnswer =
  | {
      readonly status: 'described'
      readonly at: number
      readonly description: Description
      /** Something of it did not come that may come another time. */
      readonly isPartial?: boolean
    }
  | {
      readonly status: 'unknown'
      readonly at: number
      readonly why: string
      /** Nobody asked it, for reasons of our own: that says nothing of the server. */
      readonly isUnasked?: true
    }

export interface Descriptions {
  /** What is known without asking anybody. */
  known(domain: string): DescriptionAnswer | undefined
  /**
   * Undefined when it does not come within the deadline; the asking goes on for the next time. What did not come
   * the last time is not asked for again within an hour, unless so much depends on it.
   */
  describe(
    domain: string,
    deadlineMs: number,
    how?: { readonly again: boolean },
  ): Promise<DescriptionAnswer | undefined>
}
