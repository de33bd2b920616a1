"""What all tests stand on."""

from tests.paced import hurry_rehearsals

hurry_rehearsals()
