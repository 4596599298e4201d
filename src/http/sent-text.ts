/** The texts of the records in a JSON body, exactly as they were sent: found only when somebody asks. */
import { type Span, spansOf } from "../model/json-text.ts";
import type { SentText } from "../model/provenance.ts";

interface Found {
  readonly text: string;
  readonly spans: ReadonlyMap<string, Span>;
}

/** One body, shared by all of its records. */
export class SentBody {
  readonly bytes: Buffer;
  private readonly depth: number;
  private found: WeakRef<Found> | null = null;

  /** `depth`: how many containers lie around a record. */
  constructor(bytes: Buffer, depth: number) {
    // A small piece of a large buffer would keep all of it.
    this.bytes =
      bytes.length * 2 < bytes.buffer.byteLength ? Buffer.from(new Uint8Array(bytes).buffer) : bytes;
    this.depth = depth;
  }

  /** The record at this pointer in the body. */
  record(pointer: string): SentText {
    return new SentRecord(this, pointer);
  }

  /** The text at this pointer; empty where there is none. */
  textAt(pointer: string): string {
    const { text, spans } = this.found?.deref() ?? this.find();
    const [from, to] = spans.get(pointer) ?? [0, 0];
    return text.slice(from, to);
  }

  private find(): Found {
    const text = this.bytes.toString("utf8");
    const found = { text, spans: spansOf(text, this.depth) };
    // Whoever asks for one record asks for its neighbours next; what is kept for long is the bytes alone.
    this.found = new WeakRef(found);
    return found;
  }
}

class SentRecord implements SentText {
  private readonly body: SentBody;
  private readonly pointer: string;

  constructor(body: SentBody, pointer: string) {
    this.body = body;
    this.pointer = pointer;
  }

  get text(): string {
    return this.body.textAt(this.pointer);
  }

  // What is kept elsewhere than in this process's memory keeps the text itself.
  toJSON(): SentText {
    return { text: this.text };
  }
}
