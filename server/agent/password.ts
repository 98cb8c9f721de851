import { InvalidInput } from '../errors.ts'

/** 8 characters is the floor of ASVS; longer than 200 only costs time. */
const passwordLength = { min: 8, max: 200 }

export async function hashPassword(password: string): Promise<string> {
  const { hash } = await import('@node-rs/argon2')
  return inTurn(() => hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 }))
}

/** Without a hash it takes as long as with one, so that nobody learns which addresses exist. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const target = stored ?? (await (decoy ??= hashPassword('nobody has this password')))
  const { verify } = await import('@node-rs/argon2')
  const isRight = await inTurn(() => verify(target, password))
  return isRight && stored !== null
}

/** Refuses what is too short, or the address itself. `field` names the input. */
export function checkPassword(password: string, email: string, field = 'password'): void {
  if (password.length < passwordLength.min || password.length > passwordLength.max) {
    throw new InvalidInput({ [field]: 'agent.error.password_length' })
  }
  const isGuessable = common.has(password.toLowerCase()) || new Set(password).size < 3
  if (isGuessable || password.toLowerCase() === email.toLowerCase()) {
    throw new InvalidInput({ [field]: 'agent.error.password_common' })
  }
}

let decoy: Promise<string> | undefined

// Two at a time: a flood of sign-ins must not take all the memory of a small machine.
let running = 0
const waiting: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= 2) await new Promise<void>(go => waiting.push(go))
  else running++
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

const common = new Set(
  `password passw0rd password1 12345678 123456789 1234567890 87654321 qwertyuiop qwerty123 iloveyou
  11111111 00000000 abc12345 abcd1234 1q2w3e4r 1qaz2wsx admin123 administrator letmein123 welcome1
  sunshine princess football baseball superman trustno1 indonesia sayangku bismillah rahasia123
  katasandi sandi123 admin1234 password123 qwertyui asdfghjkl zxcvbnm123 doraemon naruto123`.split(
    /\s+/
  )
)
