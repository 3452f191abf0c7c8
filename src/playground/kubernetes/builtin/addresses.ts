/** Hands out cluster addresses. Numbers are not reused while the emulator runs, so that no cache confuses two owners. */
export class AddressPool {
  #services = 10;
  #pods = 10;
  #nodePorts = 30_000;
  readonly #taken = new Set<string>();

  /** An unused address of 10.96.0.0/12. */
  nextServiceIp(): string {
    for (;;) {
      this.#services += 1;
      const ip = `10.${96 + (this.#services >> 16)}.${(this.#services >> 8) & 255}.${this.#services & 255}`;
      if (this.claim(ip)) return ip;
    }
  }

  /** An unused address of 10.244.0.0/14. */
  nextPodIp(): string {
    this.#pods += 1;
    if ((this.#pods & 255) === 0 || (this.#pods & 255) === 255) return this.nextPodIp();
    return `10.${244 + (this.#pods >> 16)}.${(this.#pods >> 8) & 255}.${this.#pods & 255}`;
  }

  nextNodePort(): number {
    this.#nodePorts += 1;
    return this.#nodePorts;
  }

  /** Reserves an address that a manifest asks for; false when it is taken. */
  claim(ip: string): boolean {
    if (this.#taken.has(ip)) return false;
    this.#taken.add(ip);
    return true;
  }

  release(ip: string): void {
    this.#taken.delete(ip);
  }
}
