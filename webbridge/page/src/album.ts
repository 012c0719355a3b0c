// The pictures that this page has, by their numbers, and those that are on their way.
import { Limit, type Opaque, type PicturePiece } from './protocol.ts';

/** A picture to be drawn, or, where it could not be had, only its size. */
export interface Picture {
  readonly bitmap: ImageBitmap | null;
  readonly width: number;
  readonly height: number;
}

interface Held extends Picture {
  /** Grows from look to look. */
  used: number;
}

interface Coming {
  /** Through whose surface it is asked for. */
  pane: string;
  parts: Uint8Array[];
  got: number;
  asked: number;
}

/** Bytes of pictures as they are drawn, four a pixel: two dozen screens full. */
const BITMAP_BYTES_MAX = 192 * 1024 * 1024;
/** Bytes of one file: more than a daemon keeps of one. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;
/** Pictures remembered that cannot be shown: more than a screen has places for. */
const LOST_MAX = 4096;
/** Pictures asked for at once, and pieces of each: enough for a line of 100 ms, and what is typed does not wait. */
const COMING_MAX = 2;
const PIECES_MAX = 4;

export class Album {
  private looks = 0;
  /** What each pane looked at when it was last drawn: it is on the page. */
  private readonly seen = new Map<string, Set<Opaque>>();
  private readonly held = new Map<Opaque, Held>();
  private readonly coming = new Map<Opaque, Coming>();
  /** Bytes of bitmaps. */
  private bytes = 0;
  /** Another daemon gives numbers anew: what was begun for the last one comes to nothing. */
  private era = 0;

  constructor(
    /** Asks for the piece at an offset; false when that is not possible now. */
    private readonly ask: (pane: string, picture: Opaque, offset: number) => boolean,
    private readonly decode: (file: Blob) => Promise<ImageBitmap>,
    /** Something may be drawn that could not be before. */
    private readonly arrived: () => void,
  ) {}

  /** A pane is about to be drawn, or shows nothing any more. */
  begin(pane: string): void {
    this.seen.delete(pane);
  }

  /** A pane is gone, or nobody looks at it: what comes through it does not come any more. */
  leave(pane: string): void {
    this.begin(pane);
    for (const [picture, coming] of this.coming) {
      if (coming.pane === pane && coming.got >= 0) this.coming.delete(picture);
    }
  }

  /** A picture; null while it is on its way, as it then is. */
  look(pane: string, picture: Opaque): Picture | null {
    const seen = this.seen.get(pane) ?? new Set();
    this.seen.set(pane, seen.add(picture));
    const held = this.held.get(picture);
    if (held) {
      this.looks += 1;
      held.used = this.looks;
      return held;
    }
    if (!this.coming.has(picture) && this.coming.size < COMING_MAX && this.ask(pane, picture, 0)) {
      this.coming.set(picture, { pane, parts: [], got: 0, asked: Limit.pictureBytes });
    }
    return null;
  }

  take(piece: PicturePiece): void {
    const coming = this.coming.get(piece.picture);
    // Pieces come in the order they were asked for; others are of a request that was given up.
    if (!coming || piece.offset !== coming.got || coming.got < 0) return;
    const { total, bytes } = piece;
    if (total > FILE_BYTES_MAX || (bytes.length === 0 && coming.got < total) || total === 0) return this.lose(piece);
    coming.parts.push(bytes);
    coming.got += bytes.length;
    if (coming.got >= total) return void this.open(piece, coming);
    while (coming.asked < total && coming.asked < coming.got + PIECES_MAX * Limit.pictureBytes) {
      // It is asked for anew when somebody looks again.
      if (!this.ask(coming.pane, piece.picture, coming.asked)) return void this.coming.delete(piece.picture);
      coming.asked += Limit.pictureBytes;
    }
  }

  /** What is on its way does not come any more. */
  disconnected(): void {
    this.coming.clear();
  }

  /** Numbers may mean other pictures. */
  forget(): void {
    this.era += 1;
    this.coming.clear();
    for (const { bitmap } of this.held.values()) bitmap?.close();
    this.held.clear();
    this.bytes = 0;
  }

  private async open(piece: PicturePiece, coming: Coming): Promise<void> {
    // Answers to what was asked too much are of no use.
    coming.got = -1;
    const { era } = this;
    const file = new Blob(coming.parts as BlobPart[], { type: `image/${piece.format}` });
    const bitmap = await this.decode(file).catch(() => null);
    if (era !== this.era) return bitmap?.close();
    if (bitmap === null || !this.makeRoom(4 * bitmap.width * bitmap.height)) {
      bitmap?.close();
      return this.lose(piece);
    }
    this.bytes += 4 * bitmap.width * bitmap.height;
    this.keep(piece, bitmap);
  }

  private lose(piece: PicturePiece): void {
    this.keep(piece, null);
  }

  private keep({ picture, width, height }: PicturePiece, bitmap: ImageBitmap | null): void {
    this.coming.delete(picture);
    if (bitmap === null) this.forgetLost();
    this.held.set(picture, { bitmap, width, height, used: this.looks });
    this.arrived();
  }

  /** The oldest of those that cannot be shown goes when there are too many. */
  private forgetLost(): void {
    const lost = [...this.held].filter(([, { bitmap }]) => bitmap === null);
    const [oldest] = lost;
    if (oldest && lost.length >= LOST_MAX) this.held.delete(oldest[0]);
  }

  /** Lets go of what was looked at least lately, but nothing that is on the page. */
  private makeRoom(bytes: number): boolean {
    const shown = new Set([...this.seen.values()].flatMap((pictures) => [...pictures]));
    const old = [...this.held].filter(([picture, { bitmap }]) => bitmap && !shown.has(picture));
    old.sort(([, a], [, b]) => a.used - b.used);
    for (const [picture, { bitmap }] of old) {
      if (this.bytes + bytes <= BITMAP_BYTES_MAX) break;
      this.bytes -= 4 * (bitmap?.width ?? 0) * (bitmap?.height ?? 0);
      bitmap?.close();
      this.held.delete(picture);
    }
    return this.bytes + bytes <= BITMAP_BYTES_MAX;
  }
}
