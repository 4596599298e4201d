/** The short way: POSTed operations that are answered as JSON, straight from node:http; everything else goes through Yoga. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { GraphQLError } from "graphql";
import type { Context } from "../../context.ts";
import { explainHeader, type ExplanationOf } from "../../explain/request.ts";
import { Failure } from "../../model/errors.ts";
import type { Call } from "../../model/source.ts";
import type { Viewer } from "../../model/viewer.ts";
import { toClientError } from "../../schema/errors.ts";
import type { RequestWatch } from "../../telemetry/requests.ts";
import { plainHeaders } from "../edge/edge.ts";
import { type JsonType, jsonTypeFor } from "../edge/negotiate.ts";
import type { KnownOperation } from "../operations/documents.ts";
import type { Cost, Pipeline } from "../operations/pipeline.ts";
import { createQuestionReader, type Question } from "../operations/question.ts";
import type { SharedAnswers } from "../sharing/sharing.ts";
import type { Subject } from "../sharing/subject.ts";
import { type OnSurprise, surprisesOf } from "../surprise.ts";
import type { GraphQLHandler } from "../yoga/graphql.ts";
import { type Answer, toAnswer, toRefusal } from "./answer.ts";
import type { Send } from "./send.ts";

/** A request to a GraphQL endpoint whose sender is known, and whose body has been read. */
export interface Asked {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The whole body; null for a GET. */
  readonly body: Buffer | null;
  readonly viewer: Viewer;
  /** Ends with the request. */
  readonly call: Call;
  /** Tells that the request only waits from now on. */
  readonly settled: () => void;
  /** What resolvers get, for work under a call. */
  readonly contextFor: (call: Call) => Context;
}

/** Answers a request wholly. */
export type Door = (asked: Asked) => Promise<void>;

export interface LaneOptions {
  readonly pipeline: Pipeline;
  /** For what the lane does not do. */
  readonly otherwise: Door;
  readonly watch: RequestWatch;
  readonly send: Send;
  /** Null: every request is answered by itself. */
  readonly shared: SharedAnswers | null;
  /** Gets what was masked. */
  readonly onSurprise: OnSurprise;
}

/** What is known of a request by the time that it is answered. */
interface Course {
  /** Null: none was counted, or what was counted did not run. */
  cost: Cost | null;
  isPaid: boolean;
}

/** What is asked for, all checks passed. */
interface Order {
  readonly operation: KnownOperation;
  readonly question: Question;
  readonly subject: Subject;
}

const plainPairs = Object.entries(plainHeaders);

/** Yoga as a door: what is to be explained goes through here. */
export function doorOf(handler: GraphQLHandler, explanationOf: ExplanationOf): Door {
  return async ({ req, res, body, viewer, settled, call, contextFor }) => {
    for (const [name, value] of plainPairs) res.setHeader(name, value);
    const explanation = explanationOf(req.headers, viewer);
    const own = explanation === null ? call : { ...call, explain: explanation.notes };
    await handler({ req, res, body, settled, explanation, ...contextFor(own) });
  };
}

/** The lane. */
export function createLane({ pipeline, otherwise, watch, send, shared, onSurprise }: LaneOptions): Door {
  const read = createQuestionReader();

  /** What to run; "elsewhere" when the lane cannot run it; otherwise what is wrong. */
  function orderOf(
    req: IncomingMessage,
    body: Buffer,
    course: Course,
  ): Order | readonly GraphQLError[] | "elsewhere" {
    const question = read(body);
    const known = pipeline.documentOf(question);
    const { cost, subject } = pipeline.pass(known, question, req.method);
    const problems = known.problems();
    if (problems.length > 0) return problems;
    const operation = known.operation(question.params.operationName);
    if (operation === null || operation.executable === null) return "elsewhere";
    course.cost = cost;
    return { operation, question, subject };
  }

  function run(asked: Asked, { operation, question, subject }: Order): Answer | Promise<Answer> {
    const { res, viewer, call, contextFor } = asked;
    const { executable } = operation as { executable: NonNullable<KnownOperation["executable"]> };
    const make = async (own: Call) => {
      const context = contextFor(own);
      const executed = await executable.run(context, question.params.variables, context.pace);
      const made = toAnswer(executed, surprisesOf(onSurprise, res));
      const given = made instanceof Promise ? await made : made;
      // Only now: what was a surprise is told, whoever has left.
      if (own.signal.aborted) throw new Failure("CANCELLED");
      return given;
    };
    if (shared === null || !operation.isSharable) return make(call);
    return shared.share({ subject, viewer, call }, make);
  }

  /** Waits for nothing that is there, so that an answer that is kept takes no promise. */
  async function answer(asked: Asked, body: Buffer, type: JsonType): Promise<void> {
    const { req } = asked;
    const course: Course = { cost: null, isPaid: false };
    let given: Answer | null = null;
    try {
      const order = orderOf(req, body, course);
      if (order !== "elsewhere") {
        watch.asked(req, asked.viewer.id);
        if ("operation" in order) {
          const paid = pipeline.pay(asked.viewer, course.cost as Cost);
          const { cost, refusal } = paid instanceof Promise ? await paid : paid;
          course.cost = cost;
          course.isPaid = true;
          if (refusal !== null) throw refusal;
          watch.operationBegan(req, order.operation.definition);
          try {
            const answering = run(asked, order);
            given = answering instanceof Promise ? await answering : answering;
          } finally {
            watch.operationEnded(req);
          }
        } else given = toRefusal(order);
      }
    } catch (thrown) {
      watch.asked(req, asked.viewer.id);
      given = toRefusal([toClientError(thrown, surprisesOf(onSurprise, asked.res))]);
    }
    if (given === null) return await otherwise(asked);
    if (!course.isPaid) await pipeline.payForRefusal(asked.viewer);
    watch.answered(req, course.cost?.requested ?? null, given.codes);
    const sent = send(req, asked.res, given, course.cost, type);
    if (sent !== null) await sent;
  }

  return (asked) => {
    const { req, body } = asked;
    // A request that wants to be explained is looked at more closely than the lane can.
    const type = explainHeader in req.headers ? null : jsonTypeFor(req.headers.accept);
    return body === null || type === null ? otherwise(asked) : answer(asked, body, type);
  };
}
