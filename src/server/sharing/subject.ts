/** What is asked, as text: a document, an operation and its variables. */

/** Equal texts ask the same. */
export class Subject {
  private readonly text: string;
  private authority: string | null = null;
  private key = "";

  constructor(text: string) {
    this.text = text;
  }

  /** Who asks what, as text. The last one is kept: to join it and to find its hash takes longer than to look it up. */
  keyFor(authority: string): string {
    if (this.authority !== authority) {
      this.authority = authority;
      this.key = `${authority} ${this.text}`;
    }
    return this.key;
  }
}
