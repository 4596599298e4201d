/** What is remembered of questions that were asked before is theirs alone. */
import { describe, expect, it } from "vitest";
import { serverConfig } from "../../src/server/config.ts";
import { createPipeline } from "../../src/server/operations/pipeline.ts";
import { createQuestionReader, type ReadQuestion } from "../../src/server/operations/question.ts";
import { Subject } from "../../src/server/sharing/subject.ts";
import { schema } from "../../src/schema/index.ts";

function bodyOf(query: string, more: object = {}): Buffer {
  return Buffer.from(JSON.stringify({ query, ...more }));
}

/** Read often enough to be known by its bytes. */
function readThrice(read: ReadQuestion, body: Buffer) {
  return [read(body), read(Buffer.from(body)), read(Buffer.from(body))];
}

describe("a body", () => {
  it("that is sent again is read once", () => {
    const read = createQuestionReader();

    const [first, second, third] = readThrice(read, bodyOf("{ greeting }"));

    expect(second).toBe(first);
    expect(third).toBe(first);
  });

  it("is not taken for another one of the same length", () => {
    const read = createQuestionReader();
    readThrice(read, bodyOf("{ a1 }"));

    const other = readThrice(read, bodyOf("{ a2 }"));

    expect(other.map(({ params }) => params.query)).toEqual(["{ a2 }", "{ a2 }", "{ a2 }"]);
    expect(read(bodyOf("{ a1 }")).params.query).toBe("{ a1 }");
  });

  it("is known by what was sent, whatever becomes of its buffer", () => {
    const read = createQuestionReader();
    const body = bodyOf("{ a1 }");
    read(body);
    read(body);
    bodyOf("{ a2 }").copy(body);

    const question = read(bodyOf("{ a2 }"));

    expect(question.params.query).toBe("{ a2 }");
  });

  it("that cannot be read is refused each time", () => {
    const read = createQuestionReader();
    const body = Buffer.from('{"query":');

    for (let times = 0; times < 3; times++) expect(() => read(body)).toThrow("not JSON");
  });
});

describe("a question that passed", () => {
  const { limits } = serverConfig.parse({});
  const options = { schema, introspection: true, limits, rateLimit: null, trustedDocuments: null };

  it("costs the same when it comes again, and is known by the same subject", () => {
    const pipeline = createPipeline(options);
    const question = createQuestionReader()(bodyOf("{ viewer { id } }"));
    const first = pipeline.pass(pipeline.documentOf(question), question, "POST");

    const again = pipeline.pass(pipeline.documentOf(question), question, "POST");

    expect(again).toBe(first);
  });

  it("is priced and named anew when its text was forgotten meanwhile", () => {
    const pipeline = createPipeline(options);
    const question = createQuestionReader()(bodyOf("{ viewer { id } }"));
    const known = pipeline.documentOf(question);
    const first = pipeline.pass(known, question, "POST");
    for (let n = 0; n < 40; n++) pipeline.documents.read(`{ a${n} }${" ".repeat(24_000)}`);

    const other = pipeline.documentOf(question);

    expect(other.id).not.toBe(known.id);
    const again = pipeline.pass(other, question, "POST");
    expect(again.documentId).toBe(other.id);
    expect(again.cost).toEqual(first.cost);
    expect(again.subject.keyFor("me")).not.toBe(first.subject.keyFor("me"));
  });

  it("still may not come by GET when it is no query", () => {
    const pipeline = createPipeline(options);
    const question = createQuestionReader()(bodyOf("mutation { __typename }"));
    const known = pipeline.documentOf(question);
    pipeline.pass(known, question, "POST");

    const byGet = () => pipeline.pass(known, question, "GET");

    expect(byGet).toThrow("GET is for queries");
  });

  it("beyond a limit is refused each time", () => {
    const pipeline = createPipeline({ ...options, limits: { ...limits, depth: 1 } });
    const question = createQuestionReader()(bodyOf("{ viewer { customer { key } } }"));

    for (let times = 0; times < 3; times++)
      expect(() => pipeline.pass(pipeline.documentOf(question), question, "POST")).toThrow("deeper");
  });
});

it("a subject has a key of its own for each authority, in whatever order they ask", () => {
  const subject = new Subject("1 Own");

  const keys = ["a", "b", "b", "a", ""].map((authority) => subject.keyFor(authority));

  expect(keys).toEqual(["a 1 Own", "b 1 Own", "b 1 Own", "a 1 Own", " 1 Own"]);
});
