"""Sounds: a task from files of sound, one folder for each class."""

from suite.tasks.own.sounds.declaration import SoundReader, sounds_from_folder

__all__ = ["SoundReader", "sounds_from_folder"]
