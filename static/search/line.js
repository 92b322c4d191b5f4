// Asks the segments of some years in their order, newest first, a few at a time.

const WIDTH = 8;

// A promise that is awaited later: its failure counts when it is.
export function later(promise) {
  promise.catch(() => {});
  return promise;
}

export class Line {
  found = 0;
  #asked = 0;
  #done = 0;
  #known = 0;
  #batch = 1;
  #years;
  #todo = [];
  #site;

  // `year` returns the segments of a year and `ask` the hits of a segment, both as promises.
  constructor(years, site) {
    this.#years = [...years];
    this.#site = site;
  }

  get isOver() {
    return !this.#years.length && !this.#todo.length;
  }

  // Returns the hits of the next segments: of eight, or of as many as it probably takes to find what is wanted.
  async next(wanted) {
    const rate = (this.found + 1) / (this.#asked + 10);
    const answers = [];
    for (let hope = 0; hope < wanted && answers.length < WIDTH && !this.isOver; ) {
      if (!this.#todo.length) {
        const years = this.#years.splice(0, wanted === Infinity ? this.#years.length : this.#batch);
        this.#batch = Math.min(this.#batch * 2, WIDTH);
        this.#todo = (await Promise.all(years.map(this.#site.year))).flat();
        this.#known += this.#todo.length;
        continue;
      }
      const segment = this.#todo.shift();
      hope += segment.size * rate;
      answers.push(later(this.#ask(segment)));
    }
    return (await Promise.all(answers)).flat();
  }

  async #ask(segment) {
    const hits = await this.#site.ask(segment);
    this.found += hits.length;
    this.#asked += segment.size;
    this.#done += 1;
    this.#site.onProgress?.(this.#done, this.#known);
    return hits;
  }
}
