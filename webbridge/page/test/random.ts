// Random numbers that come again with their seed.

export class Random {
  private state: number;

  constructor(readonly seed: number) {
    this.state = seed >>> 0;
  }

  /** From 0 to `below`, not included. */
  below(below: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

/** Seeds to run: the one in ABIDE_SEED, or some that are printed first. */
export function seeds(count: number): number[] {
  const given = process.env['ABIDE_SEED'];
  if (given) return [Number(given)];
  const first = Date.now() % 1_000_000;
  console.log(`seeds ${first} to ${first + count - 1} (ABIDE_SEED=N runs one)`);
  return Array.from({ length: count }, (_, n) => first + n);
}
