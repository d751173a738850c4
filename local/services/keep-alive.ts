/**
 * How long a connection may be idle. Node's 5 seconds are too few: a client that sends into the end of a connection is told
 * that it was reset, and cannot know whether the request was heard.
 */
export const keepAliveTimeoutMs = 75_000;
