/** The one table of failures that have a name; docs/errors.md lists the same ones, and a test holds the two together. */

/** Whose fault: only the source's own faults count against its health. */
export type Fault = "caller" | "source" | "operator" | "service";

interface Kind {
  readonly fault: Fault;
  readonly retryable: boolean;
  /** What a client is told when nothing more precise is safe to say. */
  readonly meaning: string;
}

/** By their codes. */
export const errorCodes = {
  // The source's faults.
  SOURCE_TIMEOUT: { fault: "source", retryable: true, meaning: "The source did not answer in time." },
  SOURCE_UNREACHABLE: {
    fault: "source",
    retryable: true,
    meaning: "No connection to the source could be made.",
  },
  SOURCE_DISCONNECTED: {
    fault: "source",
    retryable: true,
    meaning: "The source closed the connection before its answer was complete.",
  },
  SOURCE_UNAVAILABLE: {
    fault: "source",
    retryable: true,
    meaning: "The source says that it is out of service for the moment.",
  },
  SOURCE_RATE_LIMITED: { fault: "source", retryable: true, meaning: "The source has been asked too often." },
  SOURCE_BAD_RESPONSE: {
    fault: "source",
    retryable: true,
    meaning: "The source answered with something that is not its documented answer.",
  },
  SOURCE_SUSPENDED: {
    fault: "source",
    retryable: true,
    meaning: "The source keeps failing and is left alone for some seconds.",
  },
  SOURCE_TOO_LARGE: {
    fault: "source",
    retryable: false,
    meaning: "The source's answer is larger than the configured limit.",
  },
  SOURCE_ERROR: {
    fault: "source",
    retryable: false,
    meaning: "The source reports a failure of its own kind.",
  },
  // Configuration and credentials.
  SOURCE_UNAUTHORIZED: {
    fault: "operator",
    retryable: false,
    meaning: "The source refuses the configured credentials.",
  },
  SOURCE_REJECTED: {
    fault: "operator",
    retryable: false,
    meaning: "The source refuses the request as malformed.",
  },
  // What the caller asked for cannot be had there.
  ACCOUNT_NOT_FOUND: {
    fault: "caller",
    retryable: false,
    meaning: "The source does not know the linked account.",
  },
  ACCOUNT_NOT_PERMITTED: {
    fault: "caller",
    retryable: false,
    meaning: "The source does not let the configured credentials see the linked account.",
  },
  ACCOUNT_MISMATCH: {
    fault: "operator",
    retryable: false,
    meaning: "The source answered with records of another account; they were left out.",
  },
  INVOICE_NOT_FOUND: { fault: "caller", retryable: false, meaning: "The source does not know the invoice." },
  FILE_UNAVAILABLE: {
    fault: "caller",
    retryable: false,
    meaning: "The source has no usable file for the invoice.",
  },
  FORMAT_UNAVAILABLE: {
    fault: "caller",
    retryable: false,
    meaning: "The invoice cannot be had in this format.",
  },
  // The caller's faults.
  UNAUTHENTICATED: { fault: "caller", retryable: false, meaning: "A valid token or API key is needed." },
  FORBIDDEN: { fault: "caller", retryable: false, meaning: "This credential does not allow that." },
  NOT_FOUND: {
    fault: "caller",
    retryable: false,
    meaning: "There is no such object, or you may not see it.",
  },
  BAD_ID: { fault: "caller", retryable: false, meaning: "This is not an id that this API gave out." },
  BAD_CURSOR: { fault: "caller", retryable: false, meaning: "This is not a cursor of this list." },
  BAD_INPUT: { fault: "caller", retryable: false, meaning: "The input is not valid." },
  LIMIT_EXCEEDED: {
    fault: "caller",
    retryable: false,
    meaning: "The request asks for more than is allowed at once.",
  },
  RATE_LIMITED: {
    fault: "caller",
    retryable: true,
    meaning: "You have asked for too much in too short a time.",
  },
  // The caller's faults in how it speaks HTTP and GraphQL.
  GRAPHQL_PARSE_FAILED: { fault: "caller", retryable: false, meaning: "The text is not GraphQL." },
  GRAPHQL_VALIDATION_FAILED: {
    fault: "caller",
    retryable: false,
    meaning: "The operation or its variables do not fit the schema.",
  },
  METHOD_NOT_ALLOWED: {
    fault: "caller",
    retryable: false,
    meaning: "GraphQL is asked with POST, or with GET for queries.",
  },
  NOT_ACCEPTABLE: {
    fault: "caller",
    retryable: false,
    meaning: "Answers are JSON: the request's Accept header excludes it.",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    fault: "caller",
    retryable: false,
    meaning: "Send the request as application/json in UTF-8, not compressed.",
  },
  ORIGIN_REFUSED: {
    fault: "caller",
    retryable: false,
    meaning: "Pages of this origin may not call this service.",
  },
  PAYLOAD_TOO_LARGE: {
    fault: "caller",
    retryable: false,
    meaning: "The request's body or head is too large.",
  },
  REQUEST_TIMEOUT: { fault: "caller", retryable: true, meaning: "The request did not arrive in time." },
  // Ours.
  DEADLINE_EXCEEDED: { fault: "service", retryable: true, meaning: "The request's own deadline passed." },
  SOURCE_BUSY: { fault: "service", retryable: true, meaning: "Too many requests to the source came first." },
  OVERLOADED: { fault: "service", retryable: true, meaning: "The service has all it can do at the moment." },
  STORAGE_UNAVAILABLE: {
    fault: "service",
    retryable: true,
    meaning: "The store for files cannot take or give the file at the moment.",
  },
  SUBSCRIPTION_ENDED: {
    fault: "service",
    retryable: true,
    meaning: "The subscription has lasted as long as one may, or the process is stopping: subscribe again.",
  },
  EXPORT_INTERRUPTED: {
    fault: "service",
    retryable: true,
    meaning: "The process that wrote the export has ended before it: order the export again.",
  },
  IDENTITY_UNAVAILABLE: {
    fault: "service",
    retryable: true,
    meaning: "Tokens cannot be verified at the moment, because their issuer's keys cannot be fetched.",
  },
  DIRECTORY_UNAVAILABLE: {
    fault: "service",
    retryable: true,
    meaning:
      "Customers cannot be looked up at the moment, because the directory of customers does not answer.",
  },
  CANCELLED: { fault: "caller", retryable: true, meaning: "The client went away." },
  INTERNAL: {
    fault: "service",
    retryable: false,
    meaning: "Something unexpected went wrong; it was logged.",
  },
} as const satisfies Record<string, Kind>;
