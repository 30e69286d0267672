"""Reading other systems' files: parsed in `reading`, stored by `services`, shown by `views`."""
