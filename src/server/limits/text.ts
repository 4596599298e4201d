/** The first look at an operation's text: how large it is, before anything is built from it. */
import { GraphQLError, Lexer, Source, TokenKind } from "graphql";
import { Failure } from "../../model/errors.ts";
import type { Limits } from "../config.ts";

/** Brackets nest deeper than fields: inline fragments, arguments, lists and input objects open some of their own. */
export function bracketsAllowed(depth: number): number {
  return 2 * depth + 20;
}

/**
 * Throws LIMIT_EXCEEDED for a text with too many bytes, tokens, comments, directives or nested brackets, and reads no
 * further than that; BAD_INPUT for the name `__proto__`. What passes can be parsed without overflowing the stack; a
 * syntax error is left to the parser.
 */
export function checkText(
  source: string,
  limits: Pick<Limits, "bodyBytes" | "tokens" | "depth" | "directives">,
): void {
  if (source.length > limits.bodyBytes || Buffer.byteLength(source) > limits.bodyBytes)
    throw new Failure("LIMIT_EXCEEDED", {
      message: `The operation is longer than ${limits.bodyBytes} bytes.`,
    });
  const lexer = new Lexer(new Source(source));
  // Comments are no tokens, yet the lexer keeps an object for each: a megabyte of them would be half a million.
  lexer._maxComments = limits.tokens;
  try {
    countTokens(lexer, limits);
  } catch (thrown) {
    if (!(thrown instanceof GraphQLError)) throw thrown;
    if (lexer._commentCount >= limits.tokens) throw tooMany("comments", limits.tokens);
  }
}

function countTokens(lexer: Lexer, limits: Pick<Limits, "tokens" | "depth" | "directives">): void {
  const mostOpen = bracketsAllowed(limits.depth);
  let tokens = 0;
  let directives = 0;
  let open = 0;
  for (;;) {
    const { kind, value } = lexer.advance();
    if (kind === TokenKind.EOF) return;
    tokens += 1;
    if (tokens > limits.tokens) throw tooMany("tokens", limits.tokens);
    // An alias of this name would reach into JavaScript's own in any client that copies the answer carelessly.
    if (kind === TokenKind.NAME && value === "__proto__")
      throw new Failure("BAD_INPUT", { message: "The operation has a name that is not allowed." });
    if (kind === TokenKind.AT) {
      directives += 1;
      if (directives > limits.directives) throw tooMany("directives", limits.directives);
    } else if (kind === TokenKind.BRACE_L || kind === TokenKind.BRACKET_L || kind === TokenKind.PAREN_L) {
      open += 1;
      if (open > mostOpen)
        throw new Failure("LIMIT_EXCEEDED", {
          message: `The operation nests brackets deeper than ${mostOpen} levels.`,
        });
    } else if (kind === TokenKind.BRACE_R || kind === TokenKind.BRACKET_R || kind === TokenKind.PAREN_R) {
      open -= 1;
    }
  }
}

function tooMany(what: string, most: number): Failure {
  return new Failure("LIMIT_EXCEEDED", { message: `The operation has more than ${most} ${what}.` });
}
