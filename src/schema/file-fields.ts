/** What every finished file says of itself, whatever it came from. */
import type { StoredFile } from "../delivery/store.ts";
import type { FieldBuilder } from "./builder.ts";

/** The fields of a file: its name, its type, its size and its hash. */
export function fileFields<Shape extends Pick<StoredFile, "fileName" | "contentType" | "size" | "sha256">>(
  t: FieldBuilder<Shape>,
) {
  return {
    fileName: t.string({
      nullable: false,
      description: "A safe file name, with its extension.",
      resolve: ({ fileName }) => fileName,
    }),
    contentType: t.string({
      nullable: false,
      description: "The media type.",
      resolve: ({ contentType }) => contentType,
    }),
    size: t.int({ nullable: false, description: "Its size in bytes.", resolve: ({ size }) => size }),
    sha256: t.string({
      nullable: false,
      description: "The SHA-256 of its content, in hexadecimal.",
      resolve: ({ sha256 }) => sha256,
    }),
  };
}
