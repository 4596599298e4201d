/** The doors to a schema: the lane and Yoga, and what every operation passes on either. */
import type { GraphQLSchema } from "graphql";
import type { Authenticator } from "../auth/authenticate.ts";
import type { ExplanationOf } from "../explain/request.ts";
import type { Requests } from "../telemetry/requests.ts";
import type { ServerConfig } from "./config.ts";
import { createLane, type Door, doorOf } from "./lane/lane.ts";
import { createSend } from "./lane/send.ts";
import type { RateLimiter } from "./limits/rate-limit.ts";
import { createPipeline } from "./operations/pipeline.ts";
import type { TrustedDocuments } from "./operations/trusted-documents.ts";
import type { SharedAnswers } from "./sharing/sharing.ts";
import { masking, type OnSurprise } from "./surprise.ts";
import { explaining } from "./yoga/explaining.ts";
import { createGraphQLHandler, type RequestContext } from "./yoga/graphql.ts";
import { operationRules } from "./yoga/operations.ts";
import { subscriptions } from "./yoga/subscriptions.ts";

export interface DoorParts {
  readonly config: ServerConfig;
  /** Null: no budget. */
  readonly rateLimit: RateLimiter | null;
  readonly authenticator: Authenticator;
  readonly explanationOf: ExplanationOf;
  readonly requests: Requests;
  /** Made for each schema: what is asked is known by a number that each gives by itself. Null: nothing is shared. */
  readonly sharing: () => SharedAnswers | null;
  readonly onSurprise: OnSurprise;
}

/** Opens a schema at a path, such as "/graphql"; without trusted documents every text is answered. */
export type OpenDoor = (
  schema: GraphQLSchema,
  path: string,
  trustedDocuments: TrustedDocuments | null,
) => Door;

/** The doors of a service. */
export function createDoors(parts: DoorParts): OpenDoor {
  const { config, rateLimit, authenticator, explanationOf, requests, sharing, onSurprise } = parts;
  const { introspection, limits, requestTimeoutMs } = config;
  return (schema, path, trustedDocuments) => {
    const pipeline = createPipeline({ schema, introspection, limits, rateLimit, trustedDocuments });
    const yoga = createGraphQLHandler({
      schema,
      path,
      onSurprise,
      plugins: [
        operationRules(pipeline),
        explaining(),
        masking(onSurprise),
        subscriptions({ authenticator, requestTimeoutMs, onSurprise }),
        ...requests.plugins<RequestContext>(),
      ],
    });
    const otherwise = doorOf(yoga, explanationOf);
    if (!config.lane) return otherwise;
    const send = createSend(config.compressFromBytes);
    return createLane({ pipeline, otherwise, watch: requests.watch, send, shared: sharing(), onSurprise });
  };
}
