/** Subscriptions: who may listen, and that each event is answered anew, with fresh loaders and a deadline of its own. */
import {
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  createSourceEventStream,
  execute,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Authenticator } from "../../auth/authenticate.ts";
import { createAllowance } from "../../model/allowance.ts";
import { Failure } from "../../model/errors.ts";
import type { Viewer } from "../../model/viewer.ts";
import { toClientErrors } from "../../schema/errors.ts";
import { type OnSurprise, surprisesOf } from "../surprise.ts";
import type { RequestContext } from "./graphql.ts";
import { formOf } from "./pieces.ts";

export interface SubscriptionOptions {
  readonly authenticator: Authenticator;
  /** The deadline of the answer to one event. */
  readonly requestTimeoutMs: number;
  /** Gets what was masked. */
  readonly onSurprise: OnSurprise;
}

interface Subscription extends ExecutionArgs {
  readonly contextValue: RequestContext;
}

/** A plugin of Yoga. */
export function subscriptions({
  authenticator,
  requestTimeoutMs,
  onSurprise,
}: SubscriptionOptions): Plugin<RequestContext, RequestContext> {
  function masked(errors: readonly unknown[], { res }: RequestContext): GraphQLError[] {
    return toClientErrors(errors, surprisesOf(onSurprise, res));
  }

  async function subscribe(args: Subscription): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
    const { req, viewer, call, settled } = args.contextValue;
    if (formOf(req.headers.accept, "events") === null)
      return { errors: masked([streamsOnly()], args.contextValue) };
    const prove = async () => {
      const again = await authenticator.authenticate(req.headers);
      if (!isSame(again, viewer)) throw new Failure("UNAUTHENTICATED");
    };
    const subscriber = { viewer, signal: call.signal, prove };
    const events = await createSourceEventStream({
      ...args,
      contextValue: { ...args.contextValue, subscriber },
    });
    if (!(Symbol.asyncIterator in events)) return { errors: masked(events.errors ?? [], args.contextValue) };
    // From now on it waits: it takes no part in what this process can do at a time.
    settled();
    return answers(events, args);
  }

  async function answerTo(event: unknown, args: Subscription): Promise<ExecutionResult> {
    const { contextValue } = args;
    const call = { ...contextValue.call, deadlineAt: Date.now() + requestTimeoutMs };
    const context = {
      ...contextValue,
      call,
      loaders: contextValue.loadersFor(call),
      allowance: createAllowance(contextValue.maxObjects),
    };
    const result = await execute({ ...args, rootValue: event, contextValue: context });
    if (result.errors === undefined) return result;
    return { ...result, errors: masked(result.errors, contextValue) };
  }

  // Not a generator: its return() would wait for the event that may never come.
  function answers(
    events: AsyncIterable<unknown>,
    args: Subscription,
  ): AsyncIterableIterator<ExecutionResult> {
    const iterator = events[Symbol.asyncIterator]();
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        try {
          const { done, value } = await iterator.next();
          return done === true
            ? { done, value: undefined }
            : { done: false, value: await answerTo(value, args) };
        } catch (thrown) {
          // The last thing that it says: after it the stream of events is at its end.
          return { done: false, value: { errors: masked([thrown], args.contextValue) } };
        }
      },
      async return() {
        await iterator.return?.();
        return { done: true, value: undefined };
      },
    };
  }

  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(subscribe as never);
    },
  };
}

function streamsOnly(): Failure {
  return new Failure("NOT_ACCEPTABLE", {
    message: "A subscription is answered as a stream: send Accept: text/event-stream.",
  });
}

function isSame(a: Viewer, b: Viewer): boolean {
  return (
    a.id === b.id &&
    a.role === b.role &&
    a.customerId === b.customerId &&
    a.scopes.join(" ") === b.scopes.join(" ")
  );
}
