/** Operations' texts that were sent before: parsed, looked at and validated once, within bounds of memory. */
import {
  type DocumentNode,
  getOperationAST,
  type GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  visit,
} from "graphql";
import { LRUCache } from "lru-cache";
import { type Executable, toExecutable } from "../../execution/execute.ts";
import { Memory } from "../../execution/memory.ts";
import { toClientError } from "../../schema/errors.ts";
import { incrementalRule, isIncremental } from "../limits/incremental.ts";
import { isSharable } from "../sharing/sharable.ts";

/** A text as it is understood. */
export interface KnownDocument {
  /** Of this process, never given twice. */
  readonly id: number;
  readonly text: string;
  readonly document: DocumentNode;
  /** Has its shape passed the limits? Set by who asks them. */
  isSound: boolean;
  /** What is wrong with it, as clients are told; worked out when it is first asked for. */
  problems(): readonly GraphQLError[];
  /** The operation of that name; null when there is none, or when the document does not say which. Asked of valid documents only. */
  operation(name: string | undefined): KnownOperation | null;
}

/** An operation of a valid document. */
export interface KnownOperation {
  readonly definition: OperationDefinitionNode;
  /** Null: it needs graphql-js, because it subscribes, or may be answered in pieces. */
  readonly executable: Executable | null;
  /** May its answer be given to several who ask the same with the same authority at the same time, or soon after? */
  readonly isSharable: boolean;
}

/** The memory of operations' texts. */
export interface Documents {
  /** Is it remembered? */
  recall(text: string): KnownDocument | undefined;
  /** The text, parsed. Throws a GraphQLError. */
  read(text: string): KnownDocument;
  /** What is known of a document that `read` gave. */
  of(document: DocumentNode): KnownDocument | undefined;
}

// A parsed document takes some 250 bytes for each character of its text: with Yoga's own memory of 1,024 documents, a
// client that sends ever new ones of the largest size allowed could make the process hold gigabytes.
const mostCharacters = 250_000;

/** Nothing is remembered yet. */
export function createDocuments(schema: GraphQLSchema, introspection: boolean): Documents {
  const remembered = new LRUCache<string, KnownDocument>({
    maxSize: mostCharacters,
    maxEntrySize: mostCharacters / 10,
    sizeCalculation: (_known, text) => Math.max(1, text.length),
  });
  const byDocument = new WeakMap<DocumentNode, KnownDocument>();
  const rules = [
    ...specifiedRules,
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
    incrementalRule,
  ];
  const memory = new Memory();
  let count = 0;

  function know(text: string): KnownDocument {
    const document = parse(text);
    let problems: readonly GraphQLError[] | null = null;
    const operations = new Map<string | undefined, KnownOperation | null>();
    const id = (count += 1);
    return {
      id,
      text,
      document,
      isSound: false,
      // Suggestions would tell the schema to those who may not introspect it.
      problems: () =>
        (problems ??= validate(schema, document, rules, { hideSuggestions: true }).map((error) =>
          toClientError(error, () => {}),
        )),
      operation(name) {
        let known = operations.get(name);
        if (known !== undefined) return known;
        known = operationOf(schema, document, name, memory);
        // Names that no operation has are a client's to invent.
        if (known !== null) operations.set(name, known);
        return known;
      },
    };
  }

  return {
    recall: (text) => remembered.get(text),
    read(text) {
      let known = remembered.get(text);
      if (known !== undefined) return known;
      known = know(text);
      remembered.set(text, known);
      byDocument.set(known.document, known);
      return known;
    },
    of: (document) => byDocument.get(document),
  };
}

function operationOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  name: string | undefined,
  memory: Memory,
): KnownOperation | null {
  const definition = getOperationAST(document, name);
  if (definition === null || definition === undefined) return null;
  const isWhole = definition.operation !== OperationTypeNode.SUBSCRIPTION && !hasPieces(document);
  return {
    definition,
    executable: isWhole ? toExecutable(schema, document, definition, memory) : null,
    isSharable: isWhole && isSharable(schema, document, definition),
  };
}

function hasPieces(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive(node) {
      if (isIncremental(node)) found = true;
    },
  });
  return found;
}
