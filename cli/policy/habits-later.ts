import type { HabitFile } from '../../backends/habits/habit-file.ts';
import type { AnomalyConfig, Habits, HabitsSource, HabitsUse, TellHabits } from '../../lib/model/anomaly.ts';

/** Profiles of callers, loaded and opened when a policy is made that judges by them. */
export class HabitsLater implements HabitsSource {
  readonly #dir: string;
  readonly #tell: TellHabits;
  #file: Promise<HabitFile> | undefined;
  #close = () => {};

  constructor(dir: string, tell: TellHabits) {
    this.#dir = dir;
    this.#tell = tell;
  }

  async open(config: AnomalyConfig, use: HabitsUse): Promise<Habits> {
    this.#file ??= import('../../backends/habits/habit-file.ts').then(({ HabitFile }) => {
      const file = new HabitFile(this.#dir, this.#tell);
      this.#close = () => file.close();
      return file;
    });
    return (await this.#file).open(config, use);
  }

  close(): void {
    this.#close();
  }
}
