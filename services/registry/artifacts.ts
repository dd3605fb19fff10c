import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { errors } from './errors.ts';

export interface Artifact {
  digest: string;
  bytes: number;
}

/** Files named by the SHA-256 of their bytes: `<folder>/sha256/<64 hexadecimal digits>`. */
export interface Artifacts {
  /**
   * Streams bytes in, hashing on the way. The file appears under its name only when it is whole and on disk.
   * @param expected digest the sender computed
   * @throws AppError REG_ARTIFACT_EMPTY, REG_ARTIFACT_TOO_LARGE, REG_DIGEST_MISMATCH
   */
  put(bytes: AsyncIterable<Buffer>, expected?: string): Promise<Artifact>;
  /**
   * Reads every byte and compares before it says yes.
   * @throws AppError REG_DIGEST_INVALID, REG_ARTIFACT_UNKNOWN, REG_ARTIFACT_CORRUPT
   */
  verify(digest: string): Promise<Artifact>;
  /** Verifies, then hands out the bytes of the same open file. Throws like `verify`. */
  read(digest: string): Promise<Artifact & { stream: Readable }>;
}

export function createArtifacts(folder: string, limitBytes: number): Artifacts {
  const home = join(folder, 'sha256');
  mkdirSync(home, { recursive: true });
  const incoming = join(folder, 'incoming');
  // What an upload left behind when the process died in the middle of it.
  rmSync(incoming, { recursive: true, force: true });

  const pathOf = (digest: string): string => {
    // The only way from a request to a path: 64 hexadecimal digits.
    const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(digest) ?? [];
    if (hex === undefined) throw errors.DIGEST_INVALID(digest.slice(0, 100));
    return join(home, hex);
  };

  /** Opens the file and reads it to its end; the handle of a sound one is the caller's to close. */
  const openVerified = async (digest: string): Promise<Artifact & { file: FileHandle }> => {
    const file = await open(pathOf(digest)).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? errors.ARTIFACT_UNKNOWN(digest) : error;
    });
    try {
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const chunk of file.createReadStream({ autoClose: false, start: 0 })) {
        hash.update(chunk as Buffer);
        bytes += (chunk as Buffer).length;
      }
      const found = `sha256:${hash.digest('hex')}`;
      if (found !== digest) throw errors.ARTIFACT_CORRUPT(digest, found);
      return { digest, bytes, file };
    } catch (error) {
      await file.close();
      throw error;
    }
  };

  return {
    async put(chunks, expected) {
      await mkdir(incoming, { recursive: true });
      const path = join(incoming, randomUUID());
      const file = await open(path, 'wx', 0o644);
      try {
        const hash = createHash('sha256');
        let bytes = 0;
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > limitBytes) throw errors.ARTIFACT_TOO_LARGE(limitBytes);
          hash.update(chunk);
          await file.write(chunk);
        }
        if (bytes === 0) throw errors.ARTIFACT_EMPTY();
        const digest = `sha256:${hash.digest('hex')}`;
        if (expected !== undefined && expected !== digest) throw errors.DIGEST_MISMATCH(expected, digest);
        await file.sync();
        // Renaming over a file of the same name also mends one that rotted.
        await rename(path, pathOf(digest));
        return { digest, bytes };
      } finally {
        await file.close();
        await rm(path, { force: true });
      }
    },
    async verify(digest) {
      const { file, ...artifact } = await openVerified(digest);
      await file.close();
      return artifact;
    },
    async read(digest) {
      const { file, ...artifact } = await openVerified(digest);
      return { ...artifact, stream: file.createReadStream({ start: 0 }) };
    },
  };
}
