using Consumer;

return args switch
{
    ["train"] => TrainThroughServices.Run(),
    ["embed"] => EmbeddedCell.Run(),
    ["parts"] => OwnParts.Run(),
    _ => 2,
};
