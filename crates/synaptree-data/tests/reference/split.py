"""The parts that `split::tests::parts_are_the_same_ever_after` expects, from the definitions alone.

FNV-1a and SplitMix64 make the key, Philox4x32-10 (Salmon et al. 2011) the permutations:
python3 split.py
"""

import itertools

MASK = (1 << 64) - 1
WORD = 2.0**32
PERMUTATIONS = list(itertools.permutations(range(4)))


def avalanche(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def key(seed, path):
    hash = 0xCBF29CE484222325
    for byte in ("split/" + path).encode():
        hash = ((hash ^ byte) * 0x100000001B3) & MASK
    mixed = avalanche(avalanche((seed + 0x9E3779B97F4A7C15) & MASK) ^ avalanche(hash))
    return [mixed & 0xFFFFFFFF, mixed >> 32]


def philox(counter, key):
    c, k = list(counter), list(key)
    for turn in range(10):
        if turn:
            k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
        a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(b >> 32) ^ c[1] ^ k[0], b & 0xFFFFFFFF, (a >> 32) ^ c[3] ^ k[1], a & 0xFFFFFFFF]
    return c


def point(key, number):
    digits = 0
    for level in range(16):
        run, digit = number >> (2 * (level + 1)), (number >> (2 * level)) & 3
        word = philox([run, level, digits, 0], key)[0]
        digits = ((digits << 2) & 0xFFFFFFFF) | PERMUTATIONS[word % 24][digit]
    return digits / WORD


def letter(share, test=0.15, validation=0.15):
    return "T" if share < test else "v" if share >= 1.0 - validation else "."


rows = key(0, "rows/0/")
print("".join(letter(point(rows, number)) for number in range(40)))

stratum = key(7, "rows/1/owl")
target = 0.15 + 0.7 * philox([0xFFFFFFFF] * 4, stratum)[0] / WORD
turned = [(point(stratum, n) - point(stratum, 0) + target) % 1.0 if n else target for n in range(20)]
print("".join(letter(share) for share in turned))

print("".join(letter(key(0, f"group/{group}")[1] / WORD) for group in range(20)))
