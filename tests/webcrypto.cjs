// What Go's WebAssembly needs, and Node has as a global since release 19; Debian 12 has Node 18.
globalThis.crypto ??= require("node:crypto").webcrypto;
